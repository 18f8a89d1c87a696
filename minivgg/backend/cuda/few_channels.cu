// Convolution of images with few channels, without a matrix of windows: y is written once, with
// bias and ReLU, or dy read once, and that is most of the time.
// CHANNELS, OUT_CHANNELS, KH×KW windows at steps of SH and SW, and the border PH and PW wide are
// constants that are written in front of this file, and so are PIXELS and FILTERS: one thread
// computes that many pixels of a row by that many filters, so that what it reads is used often.
// GRAD_PIXELS and GRAD_FILTERS are the same for the gradient of the filters.
// Nothing is shared between threads: the filters stay in the cache of each multiprocessor.

#define COLUMNS ((PIXELS - 1) * SW + KW)  // of x, that a thread sees in a row

// A few neighbouring numbers, which are read and written at once.
struct alignas(FILTERS == 4 ? 16 : sizeof(T)) Vector { T of[FILTERS]; };

// y (N, OH, OW, O) from x (N, H, W, C) and w (KH, KW, C, O); b (O,) may be null.
// size = N · OH · tiles · O / FILTERS, where tiles = ⌈OW / PIXELS⌉
extern "C" __global__ void few_channels(const T* __restrict__ x, const T* __restrict__ w,
                                        const T* __restrict__ b, T* __restrict__ y, INDEX size,
                                        int height, int width, int out_height, int out_width,
                                        int tiles, int relu)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, OUT_CHANNELS / FILTERS, tiles, out_height);
        const int filter = at.c * FILTERS, first = at.x * PIXELS;
        T sums[PIXELS][FILTERS];
#pragma unroll
        for (int f = 0; f < FILTERS; f++) {
            const T bias = b ? b[filter + f] : (T)0;
#pragma unroll
            for (int p = 0; p < PIXELS; p++) sums[p][f] = bias;
        }
#pragma unroll
        for (int ky = 0; ky < KH; ky++) {
            const int row = at.y * SH + ky - PH;
            if (row < 0 || row >= height) continue;
            const T* pixels = x + index_of(0, 0, row, at.n, CHANNELS, width, height);
#pragma unroll
            for (int c = 0; c < CHANNELS; c++) {
                T line[COLUMNS];
#pragma unroll
                for (int k = 0; k < COLUMNS; k++) {
                    const int column = first * SW + k - PW;
                    const bool inside = column >= 0 && column < width;
                    line[k] = inside ? pixels[column * CHANNELS + c] : (T)0;
                }
#pragma unroll
                for (int kx = 0; kx < KW; kx++) {
                    const int place = ((ky * KW + kx) * CHANNELS + c) * OUT_CHANNELS;
                    const Vector filters = *(const Vector*)(w + place + filter);
#pragma unroll
                    for (int p = 0; p < PIXELS; p++)
#pragma unroll
                        for (int f = 0; f < FILTERS; f++)
                            sums[p][f] += line[p * SW + kx] * filters.of[f];
                }
            }
        }
#pragma unroll
        for (int p = 0; p < PIXELS; p++) {
            if (first + p >= out_width) continue;
            Vector result;
#pragma unroll
            for (int f = 0; f < FILTERS; f++) {
                const T value = sums[p][f];
                result.of[f] = relu && value < 0 ? (T)0 : value;  // NaN stays NaN
            }
            const INDEX place =
                index_of(filter, first + p, at.y, at.n, OUT_CHANNELS, out_width, out_height);
            *(Vector*)(y + place) = result;
        }
    }
}

#define GRAD_COLUMNS ((GRAD_PIXELS - 1) * SW + KW)

struct alignas(GRAD_FILTERS * sizeof(T)) GradVector { T of[GRAD_FILTERS]; };

// The gradient of the filters, and in the last row that of the bias: parts (runs, KH·KW·C + 1, O)
// from x (N, H, W, C) and dy (N, OH, OW, O), to be summed over the runs. A thread keeps its sums for
// GRAD_FILTERS filters and goes through every runs-th piece of GRAD_PIXELS pixels.
// size = runs · O / GRAD_FILTERS, pieces = N · OH · tiles, where tiles = ⌈OW / GRAD_PIXELS⌉
extern "C" __global__ void few_channels_grad(const T* __restrict__ x, const T* __restrict__ dy,
                                             T* __restrict__ parts, INDEX size, int height,
                                             int width, int out_height, int out_width, int tiles,
                                             int pieces, int runs)
{
    GRID_LOOP(i, size) {
        const int filter = i % (OUT_CHANNELS / GRAD_FILTERS) * GRAD_FILTERS;
        const int run = i / (OUT_CHANNELS / GRAD_FILTERS);
        T sums[KH][KW][CHANNELS][GRAD_FILTERS] = {}, bias[GRAD_FILTERS] = {};
        for (int piece = run; piece < pieces; piece += runs) {
            const Position at = position_of(piece, 1, tiles, out_height);
            const int first = at.x * GRAD_PIXELS;
            const INDEX place =
                index_of(filter, first, at.y, at.n, OUT_CHANNELS, out_width, out_height);
            GradVector grads[GRAD_PIXELS];
#pragma unroll
            for (int p = 0; p < GRAD_PIXELS; p++) {
                const bool inside = first + p < out_width;
                if (inside) grads[p] = *(const GradVector*)(dy + place + p * OUT_CHANNELS);
#pragma unroll
                for (int f = 0; f < GRAD_FILTERS; f++) {
                    if (!inside) grads[p].of[f] = 0;
                    bias[f] += grads[p].of[f];
                }
            }
#pragma unroll
            for (int ky = 0; ky < KH; ky++) {
                const int row = at.y * SH + ky - PH;
                if (row < 0 || row >= height) continue;
                const T* pixels = x + index_of(0, 0, row, at.n, CHANNELS, width, height);
#pragma unroll
                for (int c = 0; c < CHANNELS; c++) {
                    T line[GRAD_COLUMNS];
#pragma unroll
                    for (int k = 0; k < GRAD_COLUMNS; k++) {
                        const int column = first * SW + k - PW;
                        const bool inside = column >= 0 && column < width;
                        line[k] = inside ? pixels[column * CHANNELS + c] : (T)0;
                    }
#pragma unroll
                    for (int kx = 0; kx < KW; kx++)
#pragma unroll
                        for (int p = 0; p < GRAD_PIXELS; p++)
#pragma unroll
                            for (int f = 0; f < GRAD_FILTERS; f++)
                                sums[ky][kx][c][f] += line[p * SW + kx] * grads[p].of[f];
                }
            }
        }
        T* out = parts + (INDEX)run * (KH * KW * CHANNELS + 1) * OUT_CHANNELS + filter;
#pragma unroll
        for (int f = 0; f < GRAD_FILTERS; f++) {
#pragma unroll
            for (int k = 0; k < KH * KW * CHANNELS; k++)
                out[k * OUT_CHANNELS + f] =
                    sums[k / (KW * CHANNELS)][k / CHANNELS % KW][k % CHANNELS][f];
            out[KH * KW * CHANNELS * OUT_CHANNELS + f] = bias[f];
        }
    }
}
