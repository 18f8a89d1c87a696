// Sums over rows.

// parts (K, pieces, columns) from a (K, rows, columns): the rows p, p + pieces, p + 2 pieces … of
// each matrix are added up in this order. One thread for each sum; size = K · pieces · columns.
extern "C" __global__ void sum_rows(const T* __restrict__ a, T* __restrict__ parts, INDEX size,
                                    int rows, int columns, int pieces)
{
    GRID_LOOP(i, size) {
        const INDEX matrix = i / columns / pieces;
        const int piece = i / columns % pieces;
        const T* numbers = a + (matrix * rows * columns + i % columns);
        T sum = 0;
#pragma unroll 8
        for (int row = piece; row < rows; row += pieces) sum += numbers[(INDEX)row * columns];
        parts[i] = sum;
    }
}
