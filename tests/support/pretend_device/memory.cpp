// CUDA's runtime. The memory of a card is the host's, and each byte has a state beside it. A block has pages
// of its own with a gap behind it, and no address is used again.
#include "pretend.h"
#include <driver_types.h>
#include <sys/mman.h>
#include <map>

typedef unsigned char Byte;
enum State : Byte { FREE, UNWRITTEN, WRITTEN };  // new pages are free
static const size_t CARDS = 2, CARD_BYTES = (size_t)4 << 40, USABLE_BYTES = (size_t)8 << 30, PAGE = 4096;

static Byte* reserve() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const made = mmap(nullptr, CARDS * CARD_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
    return made == MAP_FAILED ? perror("pretended cards"), abort(), nullptr : (Byte*)made;
}
static Byte *const memory = reserve(), *const states = reserve();
static size_t ends[CARDS], used[CARDS];  // bytes of each card
static std::map<size_t, size_t>& blocks = *new std::map<size_t, size_t>;  // sizes; for threads that live on
static std::mutex lock;
static thread_local int card = 0;
static thread_local const char* work;
static thread_local char refused[300];

int current_card() { return card; }
bool is_of_current_card(const int* stream) { return (size_t)stream <= 2 || *stream == card; }
void begin_work(const char* name) { work = name; refused[0] = 0; }
const char* end_work() { return refused[0] ? refused : nullptr; }

bool use_memory(Use use, const void* where, size_t size) {
    const size_t at = (const Byte*)where - memory;
    if (at >= CARDS * CARD_BYTES) return true;
    bool usable = (int)(at / CARD_BYTES) == card;
    for (size_t i = at; usable && i < at + size; i++) usable = states[i] >= (use == READ ? WRITTEN : UNWRITTEN);
    if (usable && use == WRITE) memset(states + at, WRITTEN, size);
    if (usable || refused[0]) return usable;
    std::lock_guard<std::mutex> guard(lock);
    auto block = blocks.upper_bound(at);
    if (block != blocks.begin()) --block;  // the one before it, or around it
    const auto [start, length] = block == blocks.end() ? std::pair<const size_t, size_t>(at, 0) : *block;
    const char* const kind = use == READ && at - start + size <= length ? " unwritten" : "";
    snprintf(refused, sizeof refused, "%s on card %d %s %zu%s bytes at %zd of a block of %zu bytes on card %zu", work,
             card, use == READ ? "reads" : "writes", size, kind, at - start, length, at / CARD_BYTES);
    return false;
}

static size_t pages_for(size_t size) { return (size / PAGE + 2) * PAGE; }

extern "C" {
int cudaMalloc(Byte** made, size_t size) {
    std::lock_guard<std::mutex> guard(lock);
    if (used[card] + size > USABLE_BYTES) return cudaErrorMemoryAllocation;
    const size_t start = card * CARD_BYTES + ends[card];
    ends[card] += pages_for(size), used[card] += size;
    blocks[start] = size;
    memset(states + start, UNWRITTEN, size);
    memset(*made = memory + start, 0xff, size);  // not a number
    return 0;
}
int cudaFree(Byte* at) {
    std::lock_guard<std::mutex> guard(lock);
    const auto block = blocks.find(at - memory);
    if (block == blocks.end()) return at ? cudaErrorInvalidValue : 0;
    const auto [start, size] = *block;
    for (Byte* part : {memory, states}) madvise(part + start, pages_for(size), MADV_DONTNEED);  // new pages
    used[start / CARD_BYTES] -= size;
    blocks.erase(block);
    return 0;
}
static int copy(void* to, const void* from, size_t size, const int* stream) {
    const size_t source = (const Byte*)from - memory, target = (const Byte*)to - memory;
    begin_work("a copy");
    if (source < CARDS * CARD_BYTES && target < CARDS * CARD_BYTES) {
        for (size_t at : {source, target})
            if (memchr(states + at, FREE, size)) return cudaErrorInvalidValue;
        memmove(states + target, states + source, size);  // what is unwritten stays unwritten
    } else if (!use_memory(READ, from, size) || !use_memory(WRITE, to, size)) return cudaErrorInvalidValue;
    memmove(to, from, size);
    return is_of_current_card(stream) ? 0 : cudaErrorInvalidResourceHandle;
}
int cudaMemcpyAsync(void* to, const void* from, size_t size, int, int* stream) {
    return do_or_record(stream, [=] { return copy(to, from, size, stream); });
}
int cudaMemcpy(void* to, const void* from, size_t size, int) { return cudaMemcpyAsync(to, from, size, 0, 0); }
int cudaMemcpyPeerAsync(void* to, int, const void* from, int, size_t size) { return cudaMemcpy(to, from, size, 0); }
int cudaMemsetAsync(void* to, int value, size_t size, int* stream) {
    return do_or_record(stream, [=] {
        begin_work("a memset");
        if (!use_memory(WRITE, to, size) || !is_of_current_card(stream)) return (int)cudaErrorInvalidValue;
        return memset(to, value, size), 0;
    });
}
int cudaMemGetInfo(size_t* left, size_t* all) { *left = (*all = USABLE_BYTES) - used[card]; return 0; }
int cudaHostAlloc(void** at, size_t size, unsigned) { return posix_memalign(at, 4096, size + 1); }
int cudaFreeHost(void* at) { free(at); return 0; }
int cudaPointerGetAttributes(cudaPointerAttributes* found, const Byte* at) {
    *found = cudaPointerAttributes{};
    found->type = size_t(at - memory) < CARDS * CARD_BYTES ? cudaMemoryTypeDevice : cudaMemoryTypeUnregistered;
    return 0;
}
int cudaSetDevice(int wanted) { return wanted < (int)CARDS ? card = wanted, 0 : cudaErrorInvalidDevice; }
ANSWER(cudaGetDeviceCount, CARDS) ANSWER(cudaGetDevice, card) ANSWER(cudaDeviceCanAccessPeer, 0)
ANSWER(cudaDriverGetVersion, CUDA * 1000) ANSWER(cudaRuntimeGetVersion, CUDA * 1000)
int cudaDeviceGetPCIBusId(char* id, int size, int number) { return snprintf(id, size, "0000:%02d:00.0", number), 0; }
int cudaDeviceGetAttribute(int* value, int which, int) {  // of an H100
    *value = which == cudaDevAttrComputeCapabilityMajor ? 9 : which == cudaDevAttrMultiProcessorCount ? 132 :
             which == cudaDevAttrMaxThreadsPerBlock ? 1024 : which == cudaDevAttrMaxSharedMemoryPerBlock ? 48 << 10 : 0;
    return 0;
}
int cudaGetDeviceProperties(cudaDeviceProp* found, int) {
    *found = cudaDeviceProp{};
    strcpy(found->name, "pretended card");
    found->totalGlobalMem = USABLE_BYTES, found->major = 9, found->multiProcessorCount = 132, found->warpSize = 32;
    return 0;
}
int cudaGetDeviceProperties_v2(cudaDeviceProp* found, int number) { return cudaGetDeviceProperties(found, number); }
const char* cudaGetErrorName(int) { return "an error of the pretended card"; }
const char* cudaGetErrorString(int) { return refused[0] ? refused : "refused"; }

// Streams and events: all work is done when its call returns. Both are the number of their card.
#define CREATE(name) int name(int** made) { *made = new int(card); return 0; }
CREATE(cudaStreamCreate) CREATE(cudaStreamCreateWithFlags) CREATE(cudaStreamCreateWithPriority)
CREATE(cudaEventCreate) CREATE(cudaEventCreateWithFlags)
int cudaEventRecord(int* event, int* stream) {
    return is_of_current_card(event) && is_of_current_card(stream) ? 0 : cudaErrorInvalidResourceHandle;
}
int cudaEventElapsedTime(float* milliseconds, int*, int*) { *milliseconds = 1; return 0; }
DONE(cudaGetLastError) DONE(cudaDeviceSynchronize) DONE(cudaStreamWaitEvent)
DONE(cudaStreamQuery) DONE(cudaStreamDestroy) DONE(cudaEventSynchronize) DONE(cudaEventQuery) DONE(cudaEventDestroy)
DONE(cudaProfilerStart) DONE(cudaProfilerStop)
}
