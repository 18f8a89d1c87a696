// What treats each number by itself, in one pass over memory.

// y = x + b, channel by channel (b may be null), and then the larger of that and 0 where relu is asked for; x and y (..., C) may be the same
extern "C" __global__ void bias_relu(const T* x, const T* b, T* y, INDEX size, int channels, int relu)
{
    EACH(i, size) {
        const T value = b ? x[i] + b[i % channels] : x[i];
        y[i] = relu && value < 0 ? (T)0 : value;  // what is not a number stays so
    }
}

// dx = dy where y > 0, else 0
extern "C" __global__ void relu_backward(const T* y, const T* dy, T* dx, INDEX size)
{
    EACH(i, size) dx[i] = y[i] > 0 ? dy[i] : (T)0;
}

// mask = scale where the random number is at least p, else 0, in the random number's place; y = x · mask
extern "C" __global__ void dropout(const T* x, T* mask, T* y, INDEX size, T p, T scale)
{
    EACH(i, size) {
        mask[i] = mask[i] >= p ? scale : (T)0;
        y[i] = x[i] * mask[i];
    }
}

// Momentum SGD on up to MAX_PARAMETERS parameters in one launch: v ← momentum·v − lr·(weight_decay·w + g), w ← w + v.
// The second number of the block says which parameter it is at work on.
struct Parameter { T* w; T* v; const T* g; long long size; };
struct Parameters { Parameter of[MAX_PARAMETERS]; };

extern "C" __global__ void sgd(const Parameters all, int count, T lr, T momentum, T weight_decay, int nesterov)
{
    for (int number = blockIdx.y; number < count; number += gridDim.y) {
        const Parameter p = all.of[number];
        EACH(i, p.size) {
            const T change = lr * (weight_decay * p.w[i] + p.g[i]);
            const T v = momentum * p.v[i] - change;
            p.v[i] = v;
            p.w[i] += nesterov ? momentum * v - change : v;
        }
    }
}
