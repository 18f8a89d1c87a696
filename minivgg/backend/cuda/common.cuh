// T is float or double. INDEX is int, or long long where an array has 2^31 numbers or more: dividing ints is several times faster.
// Images lie in memory as (N, H, W, C), so neighbouring threads read and write neighbouring channels.

#define EACH(i, size) for (INDEX i = blockIdx.x * (INDEX)blockDim.x + threadIdx.x; i < (size); i += (INDEX)gridDim.x * blockDim.x)

struct Place { int c, x, y, n; };

// Which channel, column, row and image the number i of an array (N, height, width, channels) is.
__device__ __forceinline__ Place place_of(INDEX i, int channels, int width, int height)
{
    Place at;
    at.c = i % channels; i /= channels;
    at.x = i % width; i /= width;
    at.y = i % height;
    at.n = i / height;
    return at;
}

// The other way round: which number of the array.
__device__ __forceinline__ INDEX number_of(int c, int x, int y, int n, int channels, int width, int height)
{
    return (((INDEX)n * height + y) * width + x) * channels + c;
}

// Along one side: which window has the pixel `position`, counted from where the padding begins, at its place k; -1 where none has.
__device__ __forceinline__ int window_with(int position, int k, int stride, int windows)
{
    const int start = position - k;
    return start < 0 || start % stride || start / stride >= windows ? -1 : start / stride;
}
