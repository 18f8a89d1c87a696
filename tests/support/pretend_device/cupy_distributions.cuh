// In place of CuPy's header of this name: a generator on the host. A state holds the seed, and how often
// numbers were drawn. What this project does not draw is refused.
#pragma once
#include "pretend.h"
#include <cstdint>
#include <random>
#include <stdexcept>
struct rk_binomial_state {};
typedef std::mt19937_64 Generator;

template <class T, class Distribution>
static void draw(intptr_t state, intptr_t out, size_t size, intptr_t stream, Distribution next) {
    const int error = do_or_record((int*)stream, [=]() mutable {
        uint64_t* const words = (uint64_t*)state;
        std::seed_seq seeds{(uint32_t)words[0], (uint32_t)(words[0] >> 32), (uint32_t)words[1]++};
        Generator generator(seeds);
        begin_work("a random generator");
        if (!use_memory(WRITE, (void*)out, size * sizeof(T))) return 1;
        for (size_t i = 0; i < size; i++) ((T*)out)[i] = next(generator);
        return 0;
    });
    if (error) throw std::runtime_error(end_work() ? end_work() : "another stream is recorded");
}
static void init_curand_generator(int, intptr_t state, uint64_t seed, ssize_t, intptr_t) {
    ((uint64_t*)state)[0] = seed, ((uint64_t*)state)[1] = 0;
}
#define DRAW(name, T, next, ...) static void name(int, intptr_t state, ssize_t, intptr_t out, ssize_t size, intptr_t stream, \
                                                  ##__VA_ARGS__) { draw<T>(state, out, size, stream, next); }
DRAW(random_uniform, double, [](Generator& g) { return (g() >> 11) * 0x1p-53; })
DRAW(random_uniform_float, float, [](Generator& g) { return (g() >> 40) * 0x1p-24f; })
DRAW(standard_normal, double, std::normal_distribution<double>())
DRAW(standard_normal_float, float, std::normal_distribution<float>())
DRAW(interval_32, uint32_t, std::uniform_int_distribution<uint32_t>(0, most), uint32_t most, uint32_t)
DRAW(interval_64, uint64_t, std::uniform_int_distribution<uint64_t>(0, most), uint64_t most, uint64_t)
#define REFUSED(name) template <class... A> static void name(A...) { throw std::runtime_error("no " #name); }
REFUSED(raw) REFUSED(beta) REFUSED(exponential) REFUSED(geometric) REFUSED(hypergeometric) REFUSED(logseries)
REFUSED(standard_gamma) REFUSED(poisson) REFUSED(binomial)
