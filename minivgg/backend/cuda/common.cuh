// T is float or double. INDEX is int, or long long where an array has 2^31 numbers or more:
// dividing ints is several times faster.
// Images lie in memory as (N, H, W, C), so neighbouring threads access neighbouring channels.

// A loop over 0..size-1 that is shared by all threads of a grid.
#define GRID_LOOP(i, size) \
    for (INDEX i = blockIdx.x * (INDEX)blockDim.x + threadIdx.x; i < (size); \
         i += (INDEX)gridDim.x * blockDim.x)

struct Position { int c, x, y, n; };

// Channel, column, row and image of the number i of an array (N, height, width, channels).
__device__ __forceinline__ Position position_of(INDEX i, int channels, int width, int height)
{
    Position at;
    at.c = i % channels; i /= channels;
    at.x = i % width; i /= width;
    at.y = i % height;
    at.n = i / height;
    return at;
}

// The inverse: which number of the array.
__device__ __forceinline__ INDEX index_of(int c, int x, int y, int n, int channels, int width,
                                          int height)
{
    return (((INDEX)n * height + y) * width + x) * channels + c;
}

// Along one side: which window has a pixel at its place k; -1 for none. The position of the pixel
// counts from where the padding begins.
__device__ __forceinline__ int window_with(int position, int k, int stride, int windows)
{
    const int start = position - k;
    return start < 0 || start % stride || start / stride >= windows ? -1 : start / stride;
}
