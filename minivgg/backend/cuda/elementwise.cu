// Elementwise kernels: one pass over memory.

// y = x + b, channel by channel, or max(x + b, 0) with relu. x and y (..., C) may be the same
// array; b may be null.
extern "C" __global__ void bias_relu(const T* x, const T* b, T* y, INDEX size, int channels,
                                     int relu)
{
    GRID_LOOP(i, size) {
        const T value = b ? x[i] + b[i % channels] : x[i];
        y[i] = relu && value < 0 ? (T)0 : value;  // NaN stays NaN
    }
}

// dx = dy where y > 0, else 0
extern "C" __global__ void relu_backward(const T* y, const T* dy, T* dx, INDEX size)
{
    GRID_LOOP(i, size) dx[i] = y[i] > 0 ? dy[i] : (T)0;
}

// y = x · mask; mask holds random numbers before, and then scale where they are at least p, else 0
extern "C" __global__ void dropout(const T* x, T* mask, T* y, INDEX size, T p, T scale)
{
    GRID_LOOP(i, size) {
        mask[i] = mask[i] >= p ? scale : (T)0;
        y[i] = x[i] * mask[i];
    }
}

// Momentum SGD on up to MAX_PARAMETERS parameters in one launch:
// v ← momentum·v − lr·(weight_decay·w + g), w ← w + v.
// The y index of a block is the parameter that it updates.
struct Parameter { T* w; T* v; const T* g; long long size; };
struct Parameters { Parameter of[MAX_PARAMETERS]; };

extern "C" __global__ void sgd(const Parameters all, int count, T lr, T momentum, T weight_decay,
                               int nesterov)
{
    for (int index = blockIdx.y; index < count; index += gridDim.y) {
        const Parameter p = all.of[index];
        GRID_LOOP(i, p.size) {
            const T change = lr * (weight_decay * p.w[i] + p.g[i]);
            const T v = momentum * p.v[i] - change;
            p.v[i] = v;
            p.w[i] += nesterov ? momentum * v - change : v;
        }
    }
}
