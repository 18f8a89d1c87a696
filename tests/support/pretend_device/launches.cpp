// CUDA's driver. A module is a library that the compiler made; kernels run thread by thread, and each of
// their reads and writes is checked.
#include "pretend.h"
#include <dlfcn.h>
#include <ucontext.h>

struct Kernel { std::string name; void (*run)(void** arguments, const unsigned* sizes); void** (*copy)(void**); };
enum { INVALID_VALUE = 1, INVALID_IMAGE = 200, NOT_FOUND = 500, LAUNCH_FAILED = 719 };
static std::mutex one_launch;  // as __shared__ memory is that of one block

extern "C" {
const char* cudaGetErrorString(int);
int cuGetErrorName(int, const char** name) { *name = "an error of the pretended card"; return 0; }
int cuGetErrorString(int error, const char** text) { *text = cudaGetErrorString(error); return 0; }
ANSWER(cuCtxGetDevice, current_card()) ANSWER(cuFuncGetAttribute, 0) DONE(cuFuncSetAttribute)
ANSWER(cuCtxGetCurrent, 1) ANSWER_SECOND(cuStreamGetCtx, 1) DONE(cuCtxSetCurrent) DONE(cuModuleUnload)
int cuModuleLoadData(void** module, const char* path) {
    return (*module = dlopen(path, RTLD_NOW | RTLD_LOCAL)) ? 0 : INVALID_IMAGE;
}
int cuModuleGetFunction(Kernel** kernel, void* module, const char* name) {
    const std::string run = std::string("run_") + name, copy = std::string("copy_") + name;
    *kernel = new Kernel{name, (decltype(Kernel::run))dlsym(module, run.c_str()),
                         (decltype(Kernel::copy))dlsym(module, copy.c_str())};
    return (*kernel)->run ? 0 : NOT_FOUND;
}
int cuLaunchKernel(Kernel* kernel, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned, int* stream, void** given, void**) {
    const std::vector<unsigned> sizes{gx, gy, gz, bx, by, bz};
    const bool fits = gx <= 0x7fffffff && gy <= 65535 && gz <= 65535 && (size_t)bx * by * bz <= 1024;
    if (!fits || std::count(sizes.begin(), sizes.end(), 0u) || !is_of_current_card(stream)) return INVALID_VALUE;
    void** const arguments = is_recording() ? kernel->copy(given) : given;
    return do_or_record(stream, [=] {
        std::lock_guard<std::mutex> guard(one_launch);
        static FILE* const list = getenv("PRETEND_LAUNCHES") ? fopen(getenv("PRETEND_LAUNCHES"), "a") : nullptr;
        if (list) fprintf(list, "%s\n", kernel->name.c_str()), fflush(list);
        begin_work(kernel->name.c_str());
        kernel->run(arguments, sizes.data());
        return end_work() ? LAUNCH_FAILED : 0;
    });
}

// Calls that g++ -fsanitize=thread puts before each read and write: here they check it.
#define CHECK(use, verb, size) void __tsan_##verb##size(void* at) { use_memory(use, at, size); }
#define CHECKS(size) CHECK(READ, read, size) CHECK(WRITE, write, size) \
    CHECK(READ, unaligned_read, size) CHECK(WRITE, unaligned_write, size)
CHECKS(1) CHECKS(2) CHECKS(4) CHECKS(8) CHECKS(16)
void __tsan_read_range(void* at, size_t size) { use_memory(READ, at, size); }
void __tsan_write_range(void* at, size_t size) { use_memory(WRITE, at, size); }
void __tsan_init() {}
}

// The threads of a block with barriers take turns, each on a stack of its own, up to the next barrier.
struct Thread { ucontext_t place; char stack[128 << 10]; bool ended; };
static Thread threads[1024], *running;
static ucontext_t next_turn;
static void (*body)(unsigned);

static void run_thread() {
    body(running - threads);
    running->ended = true;
}
extern "C" void pretend_barrier() { swapcontext(&running->place, &next_turn); }
extern "C" void pretend_block(unsigned count, void (*of_thread)(unsigned), void (*set_index)(unsigned)) {
    body = of_thread;
    for (unsigned i = 0; i < count; i++) {
        Thread& thread = threads[i];
        getcontext(&thread.place);
        thread.place.uc_stack.ss_sp = thread.stack, thread.place.uc_stack.ss_size = sizeof thread.stack;
        thread.place.uc_link = &next_turn;
        makecontext(&thread.place, run_thread, 0);
        thread.ended = false;
    }
    for (unsigned i = 0, left = count; left; i = (i + 1) % count) {
        running = &threads[i];
        if (running->ended) continue;
        set_index(i);
        swapcontext(&next_turn, &running->place);
        left -= running->ended;
    }
}
