// im2col and its adjoint, for one group of channels after the other.

// Every window of x (N, H, W, C) as a row: cols (groups, N, OH, OW, KH, KW, C/groups). One thread
// for each of its numbers.
extern "C" __global__ void im2col(const T* x, T* cols, INDEX size, int height, int width,
                                  int channels, int per_group, int out_height, int out_width,
                                  int kh, int kw, int sh, int sw, int ph, int pw, int dh, int dw)
{
    const INDEX rows = size / ((INDEX)channels * kh * kw);  // N·OH·OW
    GRID_LOOP(i, size) {
        INDEX rest = i;
        const int c = rest % per_group; rest /= per_group;
        const int kx = rest % kw; rest /= kw;
        const int ky = rest % kh; rest /= kh;
        const int group = rest / rows;
        rest %= rows;
        const Position at = position_of(rest, 1, out_width, out_height);
        const int y = at.y * sh + ky * dh - ph, xx = at.x * sw + kx * dw - pw;
        const bool inside = y >= 0 && y < height && xx >= 0 && xx < width;
        const int channel = group * per_group + c;
        cols[i] = inside ? x[index_of(channel, xx, y, at.n, channels, width, height)] : (T)0;
    }
}

// The adjoint: dx (N, H, W, C). One thread for each pixel, which adds up the numbers that were
// copied from it, in a fixed order.
extern "C" __global__ void col2im(const T* cols, T* dx, INDEX size, int height, int width,
                                  int channels, int per_group, int out_height, int out_width,
                                  int kh, int kw, int sh, int sw, int ph, int pw, int dh, int dw)
{
    const INDEX rows = size / ((INDEX)channels * height * width) * out_height * out_width;
    GRID_LOOP(i, size) {
        const Position at = position_of(i, channels, width, height);
        const int group = at.c / per_group, c = at.c % per_group;
        T sum = 0;
        for (int ky = 0; ky < kh; ky++)
            for (int kx = 0; kx < kw; kx++) {
                const int y = window_with(at.y + ph, ky * dh, sh, out_height);
                const int x = window_with(at.x + pw, kx * dw, sw, out_width);
                if (y < 0 || x < 0) continue;
                const INDEX row = index_of(0, x, y, at.n, 1, out_width, out_height);
                sum += cols[(((group * rows + row) * kh + ky) * kw + kx) * per_group + c];
            }
        dx[i] = sum;
    }
}
