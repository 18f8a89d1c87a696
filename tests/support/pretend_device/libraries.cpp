// cuBLAS's products and NCCL's sums, which read and write only what use_memory allows.
#include "pretend.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum Type { FLOAT, DOUBLE };  // CUDA_R_32F, CUDA_R_64F
enum { INVALID = 7, FAILED = 13, NOT_SUPPORTED = 15 };
struct Handle { int mode; int* stream; };
struct Matrices { const void* at; bool turned; int lead; long long step; };  // column after column

static bool is_usable(Use use, const char* at, int bytes, int rows, int columns, int lead) {
    for (int j = 0; j < columns; j++)
        if (!use_memory(use, at + (size_t)j * lead * bytes, (size_t)rows * bytes)) return false;
    return true;
}

// C (m×n) = alpha · A (m×k) · B (k×n) + beta · C, for one product after the other
template <class T> static int multiply(int m, int n, int k, const void* alpha, Matrices a, Matrices b, const void* beta,
                                       Matrices c, int count) {
    begin_work("a product of cuBLAS");
    std::vector<T> column(m);
    const T scale = *(T*)alpha, kept = *(T*)beta;
    for (int product = 0; product < count; product++) {
        const T *A = (T*)a.at + product * a.step, *B = (T*)b.at + product * b.step;
        T* C = (T*)c.at + product * c.step;
        if (!is_usable(READ, (char*)A, sizeof(T), a.turned ? k : m, a.turned ? m : k, a.lead) ||
            !is_usable(READ, (char*)B, sizeof(T), b.turned ? n : k, b.turned ? k : n, b.lead) ||
            !is_usable(kept == 0 ? WRITE : READ, (char*)C, sizeof(T), m, n, c.lead)) return FAILED;
        for (int j = 0; j < n; j++, C += c.lead) {
            std::fill(column.begin(), column.end(), (T)0);
            for (int l = 0; l < k; l++) {
                const T factor = B[b.turned ? (size_t)l * b.lead + j : (size_t)j * b.lead + l];
                const size_t start = a.turned ? l : (size_t)l * a.lead, next = a.turned ? a.lead : 1;
                for (int i = 0; i < m; i++) column[i] += A[start + i * next] * factor;
            }
            for (int i = 0; i < m; i++) C[i] = scale * column[i] + (kept == 0 ? 0 : kept * C[i]);
        }
    }
    return 0;
}

// NCCL's ranks are processes on this machine, with memory that they share.
static const size_t MAX_RANKS = 8, MAX_BYTES = (size_t)64 << 20;
struct Shared { unsigned arrivals; char buffers[MAX_RANKS][MAX_BYTES]; };
struct Id { char name[128]; };
struct Ranks { int rank, size, card; Shared* shared; unsigned meetings; };

static void wait_for_all(Ranks* ranks) {
    const unsigned awaited = ++ranks->meetings * ranks->size;
    __atomic_add_fetch(&ranks->shared->arrivals, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&ranks->shared->arrivals, __ATOMIC_SEQ_CST) < awaited) usleep(50);
}

template <class T> static void sum(Ranks* ranks, const void* from, T* to, size_t count) {
    memcpy(ranks->shared->buffers[ranks->rank], from, count * sizeof(T));
    wait_for_all(ranks);
    std::fill(to, to + count, (T)0);
    for (int rank = 0; rank < ranks->size; rank++)
        for (size_t i = 0; i < count; i++) to[i] += ((T*)ranks->shared->buffers[rank])[i];
    wait_for_all(ranks);
}

extern "C" {
int cublasCreate_v2(Handle** handle) { *handle = new Handle{0, nullptr}; return 0; }
int cublasSetMathMode(Handle* handle, int mode) { handle->mode = mode; return 0; }
int cublasGetMathMode(Handle* handle, int* mode) { *mode = handle->mode; return 0; }
int cublasSetStream_v2(Handle* handle, int* stream) { handle->stream = stream; return 0; }
DONE(cublasDestroy_v2) DONE(cublasSetWorkspace_v2) DONE(cublasSetPointerMode_v2) ANSWER_SECOND(cublasGetPointerMode_v2, 0)
int cublasGemmStridedBatchedEx(Handle* handle, int turn_a, int turn_b, int m, int n, int k, const void* alpha, const void* a,
                               int type, int lead_a, long long step_a, const void* b, int type_b, int lead_b,
                               long long step_b, const void* beta, void* c, int type_c, int lead_c,
                               long long step_c, int count, int, int) {
    if (type > DOUBLE || type_b != type || type_c != type) return NOT_SUPPORTED;
    if (lead_a < (turn_a ? k : m) || lead_b < (turn_b ? n : k) || lead_c < m) return INVALID;
    const Matrices A{a, turn_a != 0, lead_a, step_a}, B{b, turn_b != 0, lead_b, step_b}, C{c, false, lead_c, step_c};
    return do_or_record(handle->stream, [=] {
        return (type == FLOAT ? multiply<float> : multiply<double>)(m, n, k, alpha, A, B, beta, C, count);
    });
}
int cublasGemmEx(Handle* handle, int turn_a, int turn_b, int m, int n, int k, const void* alpha, const void* a, int type,
                 int lead_a, const void* b, int type_b, int lead_b, const void* beta, void* c, int type_c, int lead_c,
                 int compute, int way) {
    return cublasGemmStridedBatchedEx(handle, turn_a, turn_b, m, n, k, alpha, a, type, lead_a, 0, b, type_b, lead_b, 0,
                                      beta, c, type_c, lead_c, 0, 1, compute, way);
}

ANSWER(ncclGetVersion, 22000) DONE(ncclCommDestroy)
const char* ncclGetErrorString(int) { return "refused by the stand-in for NCCL"; }
int ncclGetUniqueId(Id* id) {
    snprintf(id->name, sizeof id->name, "/pretend-nccl-%d-%ld", getpid(), random());
    const int file = shm_open(id->name, O_CREAT | O_EXCL | O_RDWR, 0600);
    return ftruncate(file, sizeof(Shared)) || close(file);
}
int ncclCommInitRank(Ranks** made, int size, Id id, int rank) {
    const int file = shm_open(id.name, O_RDWR, 0600);
    Shared* const shared = (Shared*)mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (close(file) || shared == MAP_FAILED || size > (int)MAX_RANKS) return 1;
    *made = new Ranks{rank, size, current_card(), shared, 0};
    wait_for_all(*made);
    return rank == 0 ? shm_unlink(id.name) : 0;
}
int ncclCommInitRankConfig(Ranks** made, int size, Id id, int rank, void*) {
    return ncclCommInitRank(made, size, id, rank);
}
int ncclAllReduce(const void* from, void* to, size_t count, int type, int operation, Ranks* ranks, int* stream) {
    const size_t bytes = count * (type == 7 ? 4 : 8);  // float, or 8: double
    const bool known = operation == 0 && (type == 7 || type == 8) && bytes <= MAX_BYTES;
    if (!known || ranks->card != current_card() || !is_of_current_card(stream)) return 4;
    begin_work("a sum of NCCL");
    if (!use_memory(READ, from, bytes) || !use_memory(WRITE, to, bytes)) return 1;
    if (type == 7) sum(ranks, from, (float*)to, count);
    else sum(ranks, from, (double*)to, count);
    return 0;
}
}
