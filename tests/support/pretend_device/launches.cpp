// CUDA's driver: modules are libraries that the compiler made, and kernels run thread by thread, each
// with its reads and writes checked.
#include "memory.h"
#include <dlfcn.h>
#include <setjmp.h>
#include <ucontext.h>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct Kernel { std::string name; void (*run)(void** arguments, const unsigned* sizes); };
static const int INVALID_VALUE = 1, INVALID_IMAGE = 200, NOT_FOUND = 500, LAUNCH_FAILED = 719;
static std::mutex one_launch;  // __shared__ memory is that of one block
extern "C" {
int cuGetErrorName(int, const char** name) { *name = "an error of the pretended card"; return 0; }
const char* cudaGetErrorString(int);
int cuGetErrorString(int error, const char** text) { *text = cudaGetErrorString(error); return 0; }
int cuCtxGetCurrent(void** context) { *context = (void*)1; return 0; }
int cuCtxSetCurrent(void*) { return 0; }
int cuStreamGetCtx(void*, void** context) { *context = (void*)1; return 0; }
int cuCtxGetDevice(int* card) { *card = current_card(); return 0; }
int cuModuleLoadData(void** module, const char* path) {
    *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!*module) fprintf(stderr, "pretend device: %s\n", dlerror());
    return *module ? 0 : INVALID_IMAGE;
}
int cuModuleUnload(void*) { return 0; }
int cuModuleGetFunction(Kernel** kernel, void* module, const char* name) {
    void* const run = dlsym(module, (std::string("run_") + name).c_str());
    *kernel = new Kernel{name, (decltype(Kernel::run))run};
    return run ? 0 : NOT_FOUND;
}
int cuModuleGetGlobal_v2(void** at, size_t*, void* module, const char* name) {
    return (*at = dlsym(module, name)) ? 0 : NOT_FOUND;
}
int cuFuncGetAttribute(int* value, int, Kernel*) { *value = 0; return 0; }
int cuFuncSetAttribute(Kernel*, int, int) { return 0; }
int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* count, Kernel*, int, size_t) { *count = 8; return 0; }
int cuLaunchKernel(Kernel* kernel, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                   unsigned bz, unsigned, int* stream, void** arguments, void**) {
    const unsigned sizes[] = {gx, gy, gz, bx, by, bz};
    for (unsigned size : sizes) if (!size) return INVALID_VALUE;
    if ((size_t)bx * by * bz > 1024 || gx > 0x7fffffff || gy > 65535 || gz > 65535) return INVALID_VALUE;
    if ((size_t)stream > 2 && *stream != current_card()) return INVALID_VALUE;
    static FILE* const list = getenv("PRETEND_LAUNCHES") ? fopen(getenv("PRETEND_LAUNCHES"), "a") : nullptr;
    if (list) { fprintf(list, "%s\n", kernel->name.c_str()); fflush(list); }
    std::lock_guard<std::mutex> guard(one_launch);
    begin_work(kernel->name.c_str());
    kernel->run(arguments, sizes);
    return end_work() ? LAUNCH_FAILED : 0;
}

// ------------- reads and writes, of which g++ -fsanitize=thread tells: here they are only checked
#define CHECKED(use, verb, size) \
    void __tsan_##verb##size(void* at) { use_memory(use, at, size); } \
    void __tsan_unaligned_##verb##size(void* at) { use_memory(use, at, size); } \
    void __tsan_volatile_##verb##size(void* at) { use_memory(use, at, size); }
#define CHECKED_SIZES(use, verb) CHECKED(use, verb, 1) CHECKED(use, verb, 2) CHECKED(use, verb, 4) \
    CHECKED(use, verb, 8) CHECKED(use, verb, 16)
CHECKED_SIZES(READ, read)
CHECKED_SIZES(WRITE, write)
void __tsan_read_range(void* at, size_t size) { use_memory(READ, at, size); }
void __tsan_write_range(void* at, size_t size) { use_memory(WRITE, at, size); }
void __tsan_init() {}
void __tsan_vptr_update(void**, void*) {}
}

// --------------- the threads of a block with barriers, in turn: each with a stack, up to its barrier
struct Thread { ucontext_t start; jmp_buf place; std::unique_ptr<char[]> stack; bool began, ended; };
static const size_t STACK_BYTES = 128 << 10;
static std::vector<Thread> threads(1024);
static Thread* running;
static jmp_buf scheduler;
static void (*body)(unsigned);

static void run_thread() {
    body(running - threads.data());
    running->ended = true;
    _longjmp(scheduler, 1);
}
extern "C" void pretend_barrier() {
    if (!_setjmp(running->place)) _longjmp(scheduler, 1);
}
extern "C" void pretend_block(unsigned count, void (*thread_body)(unsigned), void (*resume)(unsigned)) {
    body = thread_body;
    for (unsigned i = 0; i < count; i++) threads[i].began = threads[i].ended = false;
    static volatile unsigned i, left;
    for (left = count; left;)
        for (i = 0; i < count; i = i + 1) {
            running = &threads[i];
            if (running->ended) continue;
            resume(i);
            if (!_setjmp(scheduler)) {
                if (running->began) _longjmp(running->place, 1);
                running->began = true;
                if (!running->stack) running->stack.reset(new char[STACK_BYTES]);
                getcontext(&running->start);
                running->start.uc_stack.ss_sp = running->stack.get();
                running->start.uc_stack.ss_size = STACK_BYTES;
                makecontext(&running->start, run_thread, 0);
                setcontext(&running->start);
            }
            if (running->ended) left = left - 1;
        }
}
