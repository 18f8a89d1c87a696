// Convolution of images with few channels, without a matrix of windows: y is written once, with
// bias and ReLU, and that is most of the time.
// CHANNELS, OUT_CHANNELS, KH×KW windows at steps of SH and SW, and the border PH and PW wide are
// constants that are written in front of this file, and so are PIXELS and FILTERS: one thread
// computes that many pixels of a row by that many filters, so that what it reads is used often.
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
