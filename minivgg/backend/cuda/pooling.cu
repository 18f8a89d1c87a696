// Pooling over windows of images (N, H, W, C); the border of a max-pool never wins.
// KH×KW windows at steps of SH and SW, and the border PH and PW wide, are constants that are written
// in front of this file: to divide by a constant takes a fraction of the time.

#define NONE 65535  // no place: a window has fewer

// y (N, OH, OW, C) = the largest pixel of each window; winners, of the same shape, is its place in
// the window, the first of several. NaN is larger than everything, as in NumPy. One thread for each
// window.
extern "C" __global__ void max_pool(const T* x, T* y, unsigned short* winners, INDEX size,
                                    int height, int width, int channels, int out_height,
                                    int out_width)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, out_width, out_height);
        T best = 0;
        int winner = NONE;
        for (int ky = 0; ky < KH; ky++) {
            const int row = at.y * SH + ky - PH;
            if (row < 0 || row >= height) continue;
            for (int kx = 0; kx < KW; kx++) {
                const int column = at.x * SW + kx - PW;
                if (column < 0 || column >= width) continue;
                const T pixel = x[index_of(at.c, column, row, at.n, channels, width, height)];
                if (winner == NONE || pixel > best || (pixel != pixel && best == best)) {
                    best = pixel;
                    winner = ky * KW + kx;
                }
            }
        }
        y[i] = best;
        winners[i] = winner;
    }
}

// dx (N, H, W, C): each pixel gathers dy of the windows that it won, in a fixed order; with relu
// only of windows whose largest pixel is positive. A window with NaN has no winner, as on the CPU.
extern "C" __global__ void max_pool_backward(const T* dy, const T* y, const unsigned short* winners,
                                             T* dx, INDEX size, int height, int width, int channels,
                                             int out_height, int out_width, int relu)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, width, height);
        T sum = 0;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int row = window_with(at.y + PH, ky, SH, out_height);
                const int column = window_with(at.x + PW, kx, SW, out_width);
                if (row < 0 || column < 0) continue;
                const INDEX window =
                    index_of(at.c, column, row, at.n, channels, out_width, out_height);
                const bool counts = relu ? y[window] > 0 : y[window] == y[window];
                if (winners[window] == ky * KW + kx && counts) sum += dy[window];
            }
        dx[i] = sum;
    }
}

// y (N, OH, OW, C) = the sum of each window, times share (OH, OW) = 1 / the number of its pixels
extern "C" __global__ void avg_pool(const T* x, const T* share, T* y, INDEX size, int height,
                                    int width, int channels, int out_height, int out_width)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, out_width, out_height);
        T sum = 0;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int row = at.y * SH + ky - PH, column = at.x * SW + kx - PW;
                if (row >= 0 && row < height && column >= 0 && column < width)
                    sum += x[index_of(at.c, column, row, at.n, channels, width, height)];
            }
        y[i] = sum * share[at.y * out_width + at.x];
    }
}

// dx (N, H, W, C): each pixel gathers the shares of the windows over it
extern "C" __global__ void avg_pool_backward(const T* dy, const T* share, T* dx, INDEX size,
                                             int height, int width, int channels, int out_height,
                                             int out_width)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, width, height);
        T sum = 0;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int row = window_with(at.y + PH, ky, SH, out_height);
                const int column = window_with(at.x + PW, kx, SW, out_width);
                if (row < 0 || column < 0) continue;
                const INDEX window =
                    index_of(at.c, column, row, at.n, channels, out_width, out_height);
                sum += dy[window] * share[row * out_width + column];
            }
        dx[i] = sum;
    }
}
