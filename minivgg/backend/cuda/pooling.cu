// Pooling over windows of images (N, H, W, C); the border of a max-pool never wins.
// KH×KW windows at steps of SH and SW, and the border PH and PW wide, are constants that are written
// in front of this file.
//
// What lies outside is read as well, at index 0, and does not count: without a branch before each of
// them, all loads of a window are under way at the same time.
//
// Backward there is one thread for each cell of SH×SW pixels of a channel. A cell (y, x) begins
// where the window (y, x) does, so which windows hold its pixels follows from constants, and nothing
// is to be divided: window (y − ky / SH, x − kx / SW) has pixel (ky % SH, kx % SW) of the cell at its
// place (ky, kx). size = N · rows · columns · C, the cells that cover the images.

#define NONE 65535  // no place: a window has fewer
#define MAX_UNROLLED 32  // pixels of a window: more would be too many instructions
#define UNROLLED(steps) (KH * KW <= MAX_UNROLLED ? (steps) : 1)

// y (N, OH, OW, C) = the largest pixel of each window; winners, of the same shape, is its place in
// the window, the first of several. NaN is larger than everything, as in NumPy. One thread for each
// window.
extern "C" __global__ void max_pool(const T* __restrict__ x, T* __restrict__ y,
                                    unsigned short* __restrict__ winners, INDEX size, int height,
                                    int width, int channels, int out_height, int out_width)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, out_width, out_height);
        T best = 0;
        int winner = NONE;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int row = at.y * SH + ky - PH, column = at.x * SW + kx - PW;
                const bool inside = row >= 0 && row < height && column >= 0 && column < width;
                const INDEX place = index_of(at.c, column, row, at.n, channels, width, height);
                const T pixel = x[inside ? place : 0];
                const bool nan = pixel != pixel && best == best;
                if (inside && (winner == NONE || pixel > best || nan)) {
                    best = pixel;
                    winner = ky * KW + kx;
                }
            }
        y[i] = best;
        winners[i] = winner;
    }
}

// dx (N, H, W, C): each pixel gathers dy of the windows that it won, in a fixed order; with relu
// only of windows whose largest pixel is positive. A window with NaN has no winner, as on the CPU.
extern "C" __global__ void max_pool_backward(const T* __restrict__ dy, const T* __restrict__ y,
                                             const unsigned short* __restrict__ winners,
                                             T* __restrict__ dx, INDEX size, int height, int width,
                                             int channels, int out_height, int out_width, int rows,
                                             int columns, int relu)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, columns, rows);
#pragma unroll UNROLLED(SH)
        for (int r = 0; r < SH; r++)
#pragma unroll UNROLLED(SW)
            for (int s = 0; s < SW; s++) {
                T sum = 0;
                for (int ky = r; ky < KH; ky += SH)
                    for (int kx = s; kx < KW; kx += SW) {
                        const int wy = at.y - ky / SH, wx = at.x - kx / SW;
                        const bool is_there =
                            wy >= 0 && wy < out_height && wx >= 0 && wx < out_width;
                        const INDEX place =
                            index_of(at.c, wx, wy, at.n, channels, out_width, out_height);
                        const INDEX window = is_there ? place : 0;
                        const T largest = y[window], gradient = dy[window];
                        const bool won = winners[window] == ky * KW + kx;
                        const bool counts = relu ? largest > 0 : largest == largest;
                        if (is_there && won && counts) sum += gradient;
                    }
                const int row = at.y * SH + r - PH, column = at.x * SW + s - PW;
                if (row >= 0 && row < height && column >= 0 && column < width)
                    dx[index_of(at.c, column, row, at.n, channels, width, height)] = sum;
            }
    }
}

// y (N, OH, OW, C) = the sum of each window, times share (OH, OW) = 1 / the number of its pixels
extern "C" __global__ void avg_pool(const T* __restrict__ x, const T* __restrict__ share,
                                    T* __restrict__ y, INDEX size, int height, int width,
                                    int channels, int out_height, int out_width)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, out_width, out_height);
        T sum = 0;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int row = at.y * SH + ky - PH, column = at.x * SW + kx - PW;
                const bool inside = row >= 0 && row < height && column >= 0 && column < width;
                const INDEX place = index_of(at.c, column, row, at.n, channels, width, height);
                const T pixel = x[inside ? place : 0];
                if (inside) sum += pixel;
            }
        y[i] = sum * share[at.y * out_width + at.x];
    }
}

// dx (N, H, W, C): each pixel gathers the shares of the windows over it
extern "C" __global__ void avg_pool_backward(const T* __restrict__ dy, const T* __restrict__ share,
                                             T* __restrict__ dx, INDEX size, int height, int width,
                                             int channels, int out_height, int out_width, int rows,
                                             int columns)
{
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, columns, rows);
#pragma unroll UNROLLED(SH)
        for (int r = 0; r < SH; r++)
#pragma unroll UNROLLED(SW)
            for (int s = 0; s < SW; s++) {
                T sum = 0;
                for (int ky = r; ky < KH; ky += SH)
                    for (int kx = s; kx < KW; kx += SW) {
                        const int wy = at.y - ky / SH, wx = at.x - kx / SW;
                        const bool is_there =
                            wy >= 0 && wy < out_height && wx >= 0 && wx < out_width;
                        const INDEX place =
                            index_of(at.c, wx, wy, at.n, channels, out_width, out_height);
                        const T part = share[is_there ? wy * out_width + wx : 0];
                        const T given = dy[is_there ? place : 0] * part;
                        if (is_there) sum += given;
                    }
                const int row = at.y * SH + r - PH, column = at.x * SW + s - PW;
                if (row >= 0 && row < height && column >= 0 && column < width)
                    dx[index_of(at.c, column, row, at.n, channels, width, height)] = sum;
            }
    }
}
