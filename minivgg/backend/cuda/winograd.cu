// Winograd's F(M×M, 3×3), K = M + 2: the transforms before and after the products, of which there
// is one for each of the K·K positions.
// AT (M×K), BT (K×K), G (K×3) and the transposes A and GT are constants that are written in front
// of this file, so that their zeros cost nothing.
// Tiles are numbered by image, row and column: t = (n·rows + y)·columns + x. One thread computes
// one tile of one channel, or one filter.

// out (Q×R) = (matrix (R×S) · a (S×Q))ᵀ
template <int R, int S, int Q>
__device__ __forceinline__ void multiply_transposed(const T (&matrix)[R][S], const T (&a)[S][Q],
                                                    T (&out)[Q][R])
{
#pragma unroll
    for (int i = 0; i < R; i++)
#pragma unroll
        for (int j = 0; j < Q; j++) {
            T sum = 0;
#pragma unroll
            for (int k = 0; k < S; k++)
                if (matrix[i][k] != 0) sum += matrix[i][k] * a[k][j];
            out[j][i] = sum;
        }
}

// out (R×R) = matrix (R×S) · a (S×S) · matrixᵀ, which is to multiply and transpose twice
template <int R, int S>
__device__ __forceinline__ void transform_tile(const T (&matrix)[R][S], const T (&a)[S][S],
                                               T (&out)[R][R])
{
    T half[S][R];
    multiply_transposed<R, S, S>(matrix, a, half);
    multiply_transposed<R, S, R>(matrix, half, out);
}

// u (K·K, C, O) = G w Gᵀ for the filters w (3, 3, C, O); size = C · O. backward: for the filters of
// dx, which are rotated by 180° and have the channels exchanged, u (K·K, O, C).
extern "C" __global__ void filter_transform(const T* __restrict__ w, T* __restrict__ u, INDEX size,
                                            int channels, int filters, int backward)
{
    constexpr T g[K][3] = G;
    GRID_LOOP(i, size) {
        T filter[3][3], result[K][K];
        const INDEX place = backward ? i % channels * filters + i / channels : i;
#pragma unroll
        for (int r = 0; r < 9; r++)
            filter[r / 3][r % 3] = w[(backward ? 8 - r : r) * size + place];
        transform_tile<K, 3>(g, filter, result);
#pragma unroll
        for (int r = 0; r < K * K; r++) u[(INDEX)r * size + i] = result[r / K][r % K];
    }
}

// dw (3, 3, C, O) = Gᵀ total G for the sums total (K·K, C, O) over all tiles
extern "C" __global__ void weight_grad_transform(const T* total, T* dw, INDEX size)
{
    constexpr T gt[3][K] = GT;
    GRID_LOOP(i, size) {
        T sums[K][K], result[3][3];
#pragma unroll
        for (int r = 0; r < K * K; r++) sums[r / K][r % K] = total[(INDEX)r * size + i];
        transform_tile<3, K>(gt, sums, result);
#pragma unroll
        for (int r = 0; r < 9; r++) dw[(INDEX)r * size + i] = result[r / 3][r % 3];
    }
}

// v (K·K, tiles, C) = Bᵀ d B for the pixels d of x (N, H, W, C) that a tile sees; size = tiles · C
extern "C" __global__ void input_transform(const T* x, T* v, INDEX size, int height, int width,
                                           int channels, int rows, int columns, int ph, int pw)
{
    constexpr T bt[K][K] = BT;
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, columns, rows);
        T d[K][K], result[K][K];
#pragma unroll
        for (int r = 0; r < K; r++)
#pragma unroll
            for (int s = 0; s < K; s++) {
                const int y = M * at.y + r - ph, xx = M * at.x + s - pw;
                const bool inside = y >= 0 && y < height && xx >= 0 && xx < width;
                d[r][s] = inside ? x[index_of(at.c, xx, y, at.n, channels, width, height)] : (T)0;
            }
        transform_tile<K, K>(bt, d, result);
#pragma unroll
        for (int r = 0; r < K; r++)
#pragma unroll
            for (int s = 0; s < K; s++) v[(INDEX)(K * r + s) * size + i] = result[r][s];
    }
}

// e (K·K, tiles, O) = A dy Aᵀ for the M×M outputs dy (N, OH, OW, O) of a tile; outputs beyond the
// border count as zeros
extern "C" __global__ void gradient_transform(const T* dy, T* e, INDEX size, int height, int width,
                                              int channels, int rows, int columns)
{
    constexpr T a[K][M] = A;
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, columns, rows);
        T d[M][M], result[K][K];
#pragma unroll
        for (int r = 0; r < M; r++)
#pragma unroll
            for (int s = 0; s < M; s++) {
                const int y = M * at.y + r, x = M * at.x + s;
                const bool inside = y < height && x < width;
                d[r][s] = inside ? dy[index_of(at.c, x, y, at.n, channels, width, height)] : (T)0;
            }
        transform_tile<K, M>(a, d, result);
#pragma unroll
        for (int r = 0; r < K; r++)
#pragma unroll
            for (int s = 0; s < K; s++) e[(INDEX)(K * r + s) * size + i] = result[r][s];
    }
}

// y (N, OH, OW, O) = Aᵀ p A + b from the products p (K·K, tiles, O), or the max of that and 0 with
// relu; b may be null. relu_output (like y) may be null; where it is not positive, y is 0.
extern "C" __global__ void output_transform(const T* p, const T* b, const T* relu_output, T* y,
                                            INDEX size, int height, int width, int channels,
                                            int rows, int columns, int relu)
{
    constexpr T at_[M][K] = AT;
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, columns, rows);
        const T bias = b ? b[at.c] : (T)0;
        T products[K][K], result[M][M];
#pragma unroll
        for (int r = 0; r < K; r++)
#pragma unroll
            for (int s = 0; s < K; s++) products[r][s] = p[(INDEX)(K * r + s) * size + i];
        transform_tile<M, K>(at_, products, result);
#pragma unroll
        for (int r = 0; r < M; r++)
#pragma unroll
            for (int s = 0; s < M; s++) {
                const int row = M * at.y + r, column = M * at.x + s;
                if (row >= height || column >= width) continue;
                const INDEX i_y = index_of(at.c, column, row, at.n, channels, width, height);
                T value = result[r][s] + bias;
                if (relu && value < 0) value = 0;  // NaN stays NaN
                if (relu_output && !(relu_output[i_y] > 0)) value = 0;
                y[i_y] = value;
            }
    }
}
