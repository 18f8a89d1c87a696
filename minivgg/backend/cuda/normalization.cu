// Local response normalisation over neighbouring channels of images (N, H, W, C).

// s = k + alpha · Σ x² over channels c − below .. c + above, and y = x · s^−beta
extern "C" __global__ void local_response_norm(const T* x, T* s, T* y, INDEX size, int channels,
                                               int below, int above, T alpha, T beta, T k)
{
    GRID_LOOP(i, size) {
        const int c = i % channels;
        const int first = c - below > 0 ? c - below : 0;
        const int last = c + above < channels ? c + above : channels - 1;
        T sum = 0;
        for (int j = first; j <= last; j++) sum += x[i - c + j] * x[i - c + j];
        s[i] = k + alpha * sum;
        y[i] = x[i] * pow(s[i], -beta);
    }
}

// dx = dy · s^−beta − 2 alpha beta · x · Σ dy x s^−(beta+1), over the channels whose window holds
// c: c − above .. c + below
extern "C" __global__ void local_response_norm_backward(const T* dy, const T* x, const T* s, T* dx,
                                                        INDEX size, int channels, int below,
                                                        int above, T alpha, T beta)
{
    GRID_LOOP(i, size) {
        const int c = i % channels;
        const int first = c - above > 0 ? c - above : 0;
        const int last = c + below < channels ? c + below : channels - 1;
        T sum = 0;
        for (int j = first; j <= last; j++) {
            const INDEX other = i - c + j;
            sum += dy[other] * x[other] * pow(s[other], -beta) / s[other];
        }
        dx[i] = dy[i] * pow(s[i], -beta) - 2 * alpha * beta * x[i] * sum;
    }
}
