// CUDA's runtime, with cards in the host's memory. A byte of a card has a byte of state: whether it is
// allocated, and written. Blocks are not used again soon, and lie apart from each other.
#include "memory.h"
#include <driver_types.h>
#include <sys/mman.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

typedef unsigned char Byte;
enum State : Byte { FREE, UNWRITTEN, WRITTEN };
static const size_t CARD_BYTES = (size_t)64 << 30, USABLE_BYTES = (size_t)8 << 30;
static const size_t ALIGNMENT = 512, QUARANTINE = 64, RETURNED_BYTES = 1 << 20;
static const int CARDS = getenv("PRETEND_CARDS") ? atoi(getenv("PRETEND_CARDS")) : 1;

static Byte* reserve() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    return (Byte*)mmap(nullptr, CARDS * CARD_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
}
static Byte *const memory = reserve(), *const states = reserve();
struct Card { size_t end = 0, used = 0; std::map<size_t, std::deque<size_t>> freed; };
static Card* const cards = new Card[CARDS];
static std::map<size_t, size_t>& blocks = *new std::map<size_t, size_t>;  // their sizes
static std::mutex lock;
static thread_local int card = 0;
static thread_local const char* work = "copy";
static thread_local char fault[300];

int current_card() { return card; }
void begin_work(const char* name) { work = name; fault[0] = 0; }
const char* end_work() { work = "copy"; return fault[0] ? fault : nullptr; }

static size_t offset_of(const void* at) { return (const Byte*)at - memory; }

static bool refuse(Use use, size_t offset, size_t size) {
    if (fault[0]) return false;
    std::lock_guard<std::mutex> guard(lock);
    const auto next = blocks.upper_bound(offset);
    const size_t start = next == blocks.begin() ? 0 : std::prev(next)->first;
    const size_t found = next == blocks.begin() ? 0 : std::prev(next)->second;
    const bool inside = offset + size <= start + found;
    snprintf(fault, sizeof fault, "%s on card %d %s %zu%s bytes at byte %zu of a block of %zu on card %d",
             work, card, use == READ ? "reads" : "writes", size, use == READ && inside ? " unwritten" : "",
             offset - start, found, (int)(offset / CARD_BYTES));
    fprintf(stderr, "pretend device: %s\n", fault);
    return false;
}

bool use_memory(Use use, const void* at, size_t size) {
    const size_t offset = offset_of(at);
    if (offset >= CARDS * CARD_BYTES) return true;
    if ((int)(offset / CARD_BYTES) != card) return refuse(use, offset, size);
    const Byte least = use == READ ? WRITTEN : UNWRITTEN;
    for (size_t i = 0; i < size; i++)
        if (states[offset + i] < least) return refuse(use, offset, size);
    if (use == WRITE) memset(states + offset, WRITTEN, size);
    return true;
}

void copy_memory(void* to, const void* from, size_t size) {
    const size_t source = offset_of(from), target = offset_of(to);
    const bool both = source < CARDS * CARD_BYTES && target < CARDS * CARD_BYTES;
    if (both) {  // what is unwritten stays unwritten
        memmove(states + target, states + source, size);
    } else if (!use_memory(READ, from, size) || !use_memory(WRITE, to, size)) {
        return;
    }
    memmove(to, from, size);
}

extern "C" {
int cudaMalloc(void** at, size_t size) {
    std::lock_guard<std::mutex> guard(lock);
    Card& own = cards[card];
    const size_t room = (size + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;  // with a gap behind it
    auto& freed = own.freed[room];
    if (own.used + size > USABLE_BYTES || own.end + room > CARD_BYTES) return cudaErrorMemoryAllocation;
    size_t start = card * CARD_BYTES + own.end;
    if (freed.size() > QUARANTINE) { start = freed.front(); freed.pop_front(); }
    else own.end += room;
    memset(memory + start, 0xff, size);  // not a number, for kernels that would not be checked
    memset(states + start, UNWRITTEN, size);
    own.used += size;
    blocks[start] = size;
    *at = memory + start;
    return 0;
}

int cudaFree(void* at) {
    std::lock_guard<std::mutex> guard(lock);
    const auto block = blocks.find(offset_of(at));
    if (block == blocks.end()) return at ? cudaErrorInvalidValue : 0;
    const auto [start, size] = *block;
    const size_t room = (size + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    Card& own = cards[start / CARD_BYTES];
    memset(states + start, FREE, size);
    if (size >= RETURNED_BYTES)
        for (Byte* part : {memory + start, states + start}) {
            const size_t skipped = -(size_t)part % 4096;
            madvise(part + skipped, (size - skipped) / 4096 * 4096, MADV_DONTNEED);
        }
    own.used -= size;
    own.freed[room].push_back(start);
    blocks.erase(block);
    return 0;
}

static int copy(void* to, const void* from, size_t size) {
    begin_work("a copy");
    copy_memory(to, from, size);
    return end_work() ? cudaErrorInvalidValue : 0;
}
int cudaMemcpy(void* to, const void* from, size_t size, int) { return copy(to, from, size); }
int cudaMemcpyAsync(void* to, const void* from, size_t size, int, void*) { return copy(to, from, size); }
int cudaMemcpyPeerAsync(void* to, int, const void* from, int, size_t size, void*) {
    return copy(to, from, size);
}
int cudaMemsetAsync(void* to, int value, size_t size, void*) {
    begin_work("a memset");
    if (use_memory(WRITE, to, size)) memset(to, value, size);
    return end_work() ? cudaErrorInvalidValue : 0;
}
int cudaMemset(void* to, int value, size_t size) { return cudaMemsetAsync(to, value, size, nullptr); }
int cudaMemGetInfo(size_t* left, size_t* all) {
    *left = USABLE_BYTES - cards[card].used;
    *all = USABLE_BYTES;
    return 0;
}
int cudaHostAlloc(void** at, size_t size, unsigned) { return posix_memalign(at, 4096, size + 1); }
int cudaFreeHost(void* at) { free(at); return 0; }
int cudaPointerGetAttributes(cudaPointerAttributes* found, const void* at) {
    memset(found, 0, sizeof *found);
    found->type = cudaMemoryTypeDevice;
    found->device = offset_of(at) / CARD_BYTES;
    found->devicePointer = (void*)at;
    return 0;
}

// ------------------------------------------------------------------------------------ cards
int cudaGetDeviceCount(int* count) { *count = CARDS; return 0; }
int cudaGetDevice(int* found) { *found = card; return 0; }
int cudaSetDevice(int wanted) {
    if (wanted < 0 || wanted >= CARDS) return cudaErrorInvalidDevice;
    card = wanted;
    return 0;
}
int cudaDriverGetVersion(int* version) { *version = CUDA_VERSION_HERE; return 0; }
int cudaRuntimeGetVersion(int* version) { *version = CUDA_VERSION_HERE; return 0; }
int cudaDeviceGetPCIBusId(char* id, int size, int of) { snprintf(id, size, "0000:%02d:00.0", of); return 0; }
int cudaDeviceCanAccessPeer(int* yes, int, int) { *yes = 0; return 0; }
int cudaDeviceGetAttribute(int* value, int which, int) {  // of an H100
    static const std::map<int, int> known = {
        {cudaDevAttrComputeCapabilityMajor, 9}, {cudaDevAttrMultiProcessorCount, 132},
        {cudaDevAttrMaxThreadsPerBlock, 1024}, {cudaDevAttrWarpSize, 32},
        {cudaDevAttrMaxSharedMemoryPerBlock, 48 << 10}, {cudaDevAttrMaxThreadsPerMultiProcessor, 2048}};
    const auto found = known.find(which);
    *value = found == known.end() ? 0 : found->second;
    return 0;
}
int cudaGetDeviceProperties(cudaDeviceProp* found, int) {
    memset(found, 0, sizeof *found);
    strcpy(found->name, "pretended card");
    found->totalGlobalMem = USABLE_BYTES;
    found->major = 9, found->multiProcessorCount = 132, found->warpSize = 32;
    found->maxThreadsPerBlock = 1024, found->sharedMemPerBlock = 48 << 10;
    return 0;
}
int cudaGetDeviceProperties_v2(cudaDeviceProp* found, int of) { return cudaGetDeviceProperties(found, of); }
const char* cudaGetErrorName(int) { return "an error of the pretended card"; }
const char* cudaGetErrorString(int) { return fault[0] ? fault : "refused"; }

// ------------------------------------- streams and events: all work is done when a call returns
typedef std::chrono::steady_clock Clock;
int cudaStreamCreate(void** made) { *made = new int(card); return 0; }
int cudaStreamCreateWithFlags(void** made, unsigned) { return cudaStreamCreate(made); }
int cudaStreamCreateWithPriority(void** made, unsigned, int) { return cudaStreamCreate(made); }
int cudaStreamDestroy(int* stream) { delete stream; return 0; }
int cudaStreamWaitEvent(int*, void*, unsigned) { return 0; }
int cudaStreamIsCapturing(int*, int* status) { *status = 0; return 0; }
int cudaEventCreateWithFlags(void** made, unsigned) { *made = new Clock::time_point; return 0; }
int cudaEventCreate(void** made) { return cudaEventCreateWithFlags(made, 0); }
int cudaEventDestroy(Clock::time_point* event) { delete event; return 0; }
int cudaEventRecord(Clock::time_point* event, int* stream) {
    if ((size_t)stream > 2 && *stream != card) return cudaErrorInvalidResourceHandle;
    *event = Clock::now();
    return 0;
}
int cudaEventElapsedTime(float* found, Clock::time_point* from, Clock::time_point* to) {
    *found = std::chrono::duration<float, std::milli>(*to - *from).count();
    return 0;
}
#define DONE(name) int name() { return 0; }
DONE(cudaGetLastError) DONE(cudaDeviceSynchronize) DONE(cudaStreamSynchronize) DONE(cudaStreamQuery)
DONE(cudaEventQuery) DONE(cudaEventSynchronize) DONE(cudaProfilerStart) DONE(cudaProfilerStop)
}
