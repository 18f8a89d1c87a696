// im2col and its adjoint, for one group of channels after the other.

// Every window of x (N, H, W, C) as a row: cols (groups, N, OH, OW, KH, KW, C/groups); one thread for each of its numbers.
extern "C" __global__ void im2col(const T* x, T* cols, INDEX size, int height, int width, int channels, int per_group,
                                  int out_height, int out_width, int kh, int kw, int sh, int sw, int ph, int pw)
{
    const INDEX rows = size / ((INDEX)channels * kh * kw);  // N·OH·OW
    EACH(i, size) {
        INDEX rest = i;
        const int c = rest % per_group; rest /= per_group;
        const int kx = rest % kw; rest /= kw;
        const int ky = rest % kh; rest /= kh;
        const int group = rest / rows;
        rest %= rows;
        const Place at = place_of(rest, 1, out_width, out_height);
        const int y = at.y * sh + ky - ph, xx = at.x * sw + kx - pw;
        const bool inside = y >= 0 && y < height && xx >= 0 && xx < width;
        cols[i] = inside ? x[(((INDEX)at.n * height + y) * width + xx) * channels + group * per_group + c] : (T)0;
    }
}

// The adjoint: dx (N, H, W, C), one thread for each pixel, which gathers what the windows that see it have for it, in a fixed order.
extern "C" __global__ void col2im(const T* cols, T* dx, INDEX size, int height, int width, int channels, int per_group,
                                  int out_height, int out_width, int kh, int kw, int sh, int sw, int ph, int pw)
{
    const INDEX rows = size / ((INDEX)channels * height * width) * out_height * out_width;
    EACH(i, size) {
        const Place at = place_of(i, channels, width, height);
        const int group = at.c / per_group, c = at.c % per_group;
        T sum = 0;
        for (int ky = 0; ky < kh; ky++) {
            const int y = at.y + ph - ky;
            if (y < 0 || y % sh || y / sh >= out_height) continue;
            for (int kx = 0; kx < kw; kx++) {
                const int x = at.x + pw - kx;
                if (x < 0 || x % sw || x / sw >= out_width) continue;
                const INDEX row = ((INDEX)at.n * out_height + y / sh) * out_width + x / sw;
                sum += cols[(((group * rows + row) * kh + ky) * kw + kx) * per_group + c];
            }
        }
        dx[i] = sum;
    }
}
