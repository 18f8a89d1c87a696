// cuBLAS's products and NCCL's sums. Numbers are read and written only where use_memory allows it.
#include "memory.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static const int INVALID = 7, FAILED = 13, UNKNOWN_TYPE = 15;
enum Type { FLOAT, DOUBLE };  // CUDA_R_32F, CUDA_R_64F
struct Factor { const void* at; bool turned; int lead; long long step; };

static bool is_usable(Use use, const char* at, int bytes, int rows, int columns, int lead) {
    for (int j = 0; j < columns; j++)
        if (!use_memory(use, at + (size_t)j * lead * bytes, (size_t)rows * bytes)) return false;
    return true;
}

// C (m×n) = alpha · A (m×k) · B (k×n) + beta · C, for one product after the other, column after column
template <class T>
static void multiply(int m, int n, int k, T alpha, Factor a, Factor b, T beta, Factor c, int count) {
    std::vector<T> column(m);
    for (int i = 0; i < count; i++) {
        const T *A = (const T*)a.at + i * a.step, *B = (const T*)b.at + i * b.step;
        T* const C = (T*)c.at + i * c.step;
        if (!is_usable(READ, (char*)A, sizeof(T), a.turned ? k : m, a.turned ? m : k, a.lead) ||
            !is_usable(READ, (char*)B, sizeof(T), b.turned ? n : k, b.turned ? k : n, b.lead) ||
            (beta != 0 && !is_usable(READ, (char*)C, sizeof(T), m, n, c.lead)) ||
            !is_usable(WRITE, (char*)C, sizeof(T), m, n, c.lead)) return;
        for (int j = 0; j < n; j++) {
            std::fill(column.begin(), column.end(), (T)0);
            for (int l = 0; l < k; l++) {
                const T factor = b.turned ? B[(size_t)l * b.lead + j] : B[(size_t)j * b.lead + l];
                const T* const from = a.turned ? A + l : A + (size_t)l * a.lead;
                if (a.turned) for (int r = 0; r < m; r++) column[r] += from[(size_t)r * a.lead] * factor;
                else for (int r = 0; r < m; r++) column[r] += from[r] * factor;
            }
            T* const to = C + (size_t)j * c.lead;
            for (int r = 0; r < m; r++) to[r] = alpha * column[r] + (beta == 0 ? 0 : beta * to[r]);
        }
    }
}

// Of NCCL: ranks on this machine, with memory that they share.
static const size_t PIECE_BYTES = 1 << 20, MAX_RANKS = 8;
struct Shared { pthread_barrier_t all; char pieces[MAX_RANKS][PIECE_BYTES]; };
struct Id { char name[128]; };
struct Ranks { int rank, size, card; Shared* shared; };
template <class T>
static void sum(Ranks* ranks, const T* from, T* to, size_t count) {
    const size_t most = PIECE_BYTES / sizeof(T) / 2;
    for (size_t start = 0; start < count; start += most) {
        const size_t part = std::min(most, count - start);
        memcpy(ranks->shared->pieces[ranks->rank], from + start, part * sizeof(T));
        pthread_barrier_wait(&ranks->shared->all);
        for (size_t i = 0; i < part; i++) {
            T total = 0;
            for (int rank = 0; rank < ranks->size; rank++) total += ((T*)ranks->shared->pieces[rank])[i];
            to[start + i] = total;
        }
        pthread_barrier_wait(&ranks->shared->all);
    }
}

extern "C" {
int cublasCreate_v2(int** handle) { *handle = new int(0); return 0; }  // its mode of computing
int cublasDestroy_v2(int* handle) { delete handle; return 0; }
int cublasSetStream_v2(int*, void*) { return 0; }
int cublasSetMathMode(int* handle, int mode) { *handle = mode; return 0; }
int cublasGetMathMode(int* handle, int* mode) { *mode = *handle; return 0; }
int cublasSetPointerMode_v2(int*, int) { return 0; }
int cublasGetPointerMode_v2(int*, int* mode) { *mode = 0; return 0; }
int cublasGetVersion_v2(int*, int* version) { *version = CUDA_VERSION_HERE * 10; return 0; }
int cublasGemmStridedBatchedEx(int*, int turn_a, int turn_b, int m, int n, int k, const void* alpha,
                               const void* a, int type, int lead_a, long long step_a, const void* b,
                               int type_b, int lead_b, long long step_b, const void* beta, void* c,
                               int type_c, int lead_c, long long step_c, int count, int, int) {
    if (type > DOUBLE || type_b != type || type_c != type) return UNKNOWN_TYPE;
    if (lead_a < (turn_a ? k : m) || lead_b < (turn_b ? n : k) || lead_c < m) return INVALID;
    const Factor A{a, turn_a != 0, lead_a, step_a}, B{b, turn_b != 0, lead_b, step_b}, C{c, 0, lead_c, step_c};
    begin_work("a product of cuBLAS");
    if (type == FLOAT) multiply(m, n, k, *(float*)alpha, A, B, *(float*)beta, C, count);
    else multiply(m, n, k, *(double*)alpha, A, B, *(double*)beta, C, count);
    return end_work() ? FAILED : 0;
}
int cublasGemmEx(int* handle, int turn_a, int turn_b, int m, int n, int k, const void* alpha, const void* a,
                 int type, int lead_a, const void* b, int type_b, int lead_b, const void* beta, void* c,
                 int type_c, int lead_c, int compute, int way) {
    return cublasGemmStridedBatchedEx(handle, turn_a, turn_b, m, n, k, alpha, a, type, lead_a, 0, b, type_b,
                                      lead_b, 0, beta, c, type_c, lead_c, 0, 1, compute, way);
}

int ncclGetVersion(int* version) { *version = 22000; return 0; }
const char* ncclGetErrorString(int) { return "refused by the stand-in for NCCL"; }
const char* ncclGetLastError(void*) { return ""; }
int ncclCommGetAsyncError(Ranks*, int* error) { *error = 0; return 0; }
int ncclGetUniqueId(Id* id) {
    snprintf(id->name, sizeof id->name, "/pretend-nccl-%d-%lx", getpid(), random());
    const int file = shm_open(id->name, O_CREAT | O_EXCL | O_RDWR, 0600);
    const int failed = file < 0 || ftruncate(file, sizeof(Shared));
    close(file);
    return failed;
}
int ncclCommInitRank(Ranks** made, int size, Id id, int rank) {
    const int file = shm_open(id.name, O_RDWR, 0600);
    void* const at = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (at == MAP_FAILED || size > (int)MAX_RANKS) return 1;
    *made = new Ranks{rank, size, current_card(), (Shared*)at};
    char* const ready = (*made)->shared->pieces[MAX_RANKS - 1] + PIECE_BYTES - 2;
    if (rank == 0) {
        pthread_barrierattr_t kind;
        pthread_barrierattr_init(&kind);
        pthread_barrierattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
        pthread_barrier_init(&(*made)->shared->all, &kind, size);
        __atomic_store_n(ready, 1, __ATOMIC_RELEASE);
    }
    while (!__atomic_load_n(ready, __ATOMIC_ACQUIRE)) usleep(100);
    pthread_barrier_wait(&(*made)->shared->all);
    if (rank == 0) shm_unlink(id.name);
    return 0;
}
int ncclCommDestroy(Ranks* ranks) { munmap(ranks->shared, sizeof(Shared)); delete ranks; return 0; }

int ncclAllReduce(const void* from, void* to, size_t count, int type, int operation, Ranks* ranks, int*) {
    const bool is_float = type == 7, is_sum = operation == 0;
    if (!is_sum || (!is_float && type != 8) || ranks->card != current_card()) return 4;
    begin_work("a sum of NCCL");
    const size_t bytes = count * (is_float ? 4 : 8);
    const bool usable = use_memory(READ, from, bytes) && use_memory(WRITE, to, bytes);
    if (is_float) sum(ranks, (const float*)from, (float*)to, count);
    else sum(ranks, (const double*)from, (double*)to, count);
    return end_work() || !usable ? 1 : 0;
}
}
