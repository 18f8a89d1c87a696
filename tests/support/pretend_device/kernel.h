// In front of every CUDA source: what NVIDIA's compiler has built in, for g++.
#pragma once
#include <vector_types.h>
#include <vector_functions.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <tuple>
#undef __shared__
#define __shared__ static
using std::abs; using std::ceil; using std::cos; using std::exp; using std::expm1; using std::fabs; using std::floor;
using std::fmod; using std::isfinite; using std::isinf; using std::isnan; using std::log; using std::log1p; using std::max;
using std::min; using std::pow; using std::rint; using std::signbit; using std::sin; using std::sqrt; using std::tanh;

static dim3 gridDim, blockDim;
static uint3 blockIdx, threadIdx;
extern "C" void pretend_barrier();
extern "C" void pretend_block(unsigned count, void (*body)(unsigned), void (*set_index)(unsigned));
static inline void __syncthreads() { pretend_barrier(); }
static inline int __popc(unsigned a) { return __builtin_popcount(a); }
static inline int __popcll(unsigned long long a) { return __builtin_popcountll(a); }
template <class A, class B> std::common_type_t<A, B> max(A a, B b) { return max<std::common_type_t<A, B>>(a, b); }
template <class A, class B> std::common_type_t<A, B> min(A a, B b) { return min<std::common_type_t<A, B>>(a, b); }
template <class T> T atomicAdd(T* at, T value) { const T old = *at; *at = old + value; return old; }
template <class T> T atomicCAS(T* at, T expected, T value) {
    const T old = *at;
    return old == expected ? *at = value, old : old;
}
#if CUDA == 12  // only mentioned by CuPy 13: no kernel of this project has such numbers
static inline unsigned short __float2half_rn(float) { __builtin_trap(); }
static inline float __half2float(unsigned short) { __builtin_trap(); }
#endif
#define BITS(name, To, From) static inline To name(From a) { To b; memcpy(&b, &a, sizeof b); return b; }
BITS(__float_as_int, int, float) BITS(__int_as_float, float, int)
BITS(__double_as_longlong, long long, double) BITS(__longlong_as_double, double, long long)

// The launch of a kernel. body: calls it for the current thread. barriers: whether threads may wait.
static void** pretend_arguments;
template <class... A> void pretend_call(void (*kernel)(A...)) {
    void** next = pretend_arguments;
    std::apply(kernel, std::tuple<std::remove_cv_t<A>...>{*(std::remove_cv_t<A>*)*next++...});
}
template <class... A> void** pretend_copy(void (*)(A...), void** next) {  // of arguments, for a graph
    return new void*[sizeof...(A)]{new std::remove_cv_t<A>(*(std::remove_cv_t<A>*)*next++)...};
}
static void pretend_index(unsigned i) {
    threadIdx = {i % blockDim.x, i / blockDim.x % blockDim.y, i / blockDim.x / blockDim.y};
}
static inline void pretend_run(void (*body)(unsigned), bool barriers, void** arguments, const unsigned* sizes) {
    pretend_arguments = arguments;
    gridDim = dim3(sizes[0], sizes[1], sizes[2]), blockDim = dim3(sizes[3], sizes[4], sizes[5]);
    const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    for (blockIdx.z = 0; blockIdx.z < gridDim.z; blockIdx.z++)
        for (blockIdx.y = 0; blockIdx.y < gridDim.y; blockIdx.y++)
            for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++)
                if (barriers) pretend_block(threads, body, pretend_index);
                else for (unsigned i = 0; i < threads; i++) pretend_index(i), body(i);
}
#include <cupy/complex.cuh>
#include <cupy/carray.cuh>
#include <cupy/atomics.cuh>
#include <cupy/math_constants.h>
