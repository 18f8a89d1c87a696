// im2col and its adjoint, for one group of channels after the other.
// KH×KW windows at steps of SH and SW, the border PH and PW wide, and the distances DH and DW of the
// places of a window are constants that are written in front of this file: so a loop over a window
// is unrolled, and has nothing to divide.

// Every window of x (N, H, W, C) as a row: cols (groups, N, OH, OW, KH, KW, C/groups). One thread
// for each channel of a window; size = N · OH · OW · C
extern "C" __global__ void im2col(const T* __restrict__ x, T* __restrict__ cols, INDEX size,
                                  int height, int width, int channels, int per_group,
                                  int out_height, int out_width)
{
    const INDEX rows = size / channels;  // N·OH·OW
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, out_width, out_height);
        const INDEX row = at.c / per_group * rows + i / channels;
        T* out = cols + (row * (KH * KW) * per_group + at.c % per_group);
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int y = at.y * SH + ky * DH - PH, xx = at.x * SW + kx * DW - PW;
                const bool inside = y >= 0 && y < height && xx >= 0 && xx < width;
                out[(INDEX)(ky * KW + kx) * per_group] =
                    inside ? x[index_of(at.c, xx, y, at.n, channels, width, height)] : (T)0;
            }
    }
}

// The adjoint: dx (N, H, W, C). One thread for each pixel, which adds up the numbers that were
// copied from it, in a fixed order.
extern "C" __global__ void col2im(const T* __restrict__ cols, T* __restrict__ dx, INDEX size,
                                  int height, int width, int channels, int per_group,
                                  int out_height, int out_width)
{
    const INDEX rows = size / ((INDEX)channels * height * width) * out_height * out_width;
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, width, height);
        const INDEX first = at.c / per_group * rows;
        const int c = at.c % per_group;
        T sum = 0;
        for (int ky = 0; ky < KH; ky++)
            for (int kx = 0; kx < KW; kx++) {
                const int y = window_with(at.y + PH, ky * DH, SH, out_height);
                const int x = window_with(at.x + PW, kx * DW, SW, out_width);
                if (y < 0 || x < 0) continue;
                const INDEX row = first + index_of(0, x, y, at.n, 1, out_width, out_height);
                sum += cols[(row * (KH * KW) + ky * KW + kx) * per_group + c];
            }
        dx[i] = sum;
    }
}
