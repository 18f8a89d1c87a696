// What cross-entropy does with labels.

// scores (N,) = z (N, K) at the labels (N,), and nan where there is no such class; size = N
extern "C" __global__ void scores_of_labels(const T* z, const long long* labels, T* scores,
                                            INDEX size, int classes, T nan)
{
    GRID_LOOP(i, size) {
        const long long label = labels[i];
        const bool exists = label >= 0 && label < classes;
        scores[i] = exists ? z[i * classes + label] : nan;
    }
}

// dz (N, K) = (e / sums − onehot(labels)) / N for e (N, K), whose rows have the sums (N,)
extern "C" __global__ void softmax_cross_entropy_grad(const T* e, const T* sums,
                                                      const long long* labels, T* dz, INDEX size,
                                                      int rows, int classes)
{
    GRID_LOOP(i, size) {
        const INDEX row = i / classes;
        const T p = e[i] / (rows * sums[row]);
        dz[i] = labels[row] == i % classes ? p - (T)1 / rows : p;
    }
}
