// CUDA graphs: what was asked for while a stream was recorded is done by each launch.
#include "pretend.h"

typedef std::vector<std::function<int()>> Graph;
enum { NOT_WHILE_RECORDING = 900 };  // cudaErrorStreamCaptureUnsupported
static thread_local Graph* recorded;
static thread_local const int* recorded_stream;

bool is_recording() { return recorded; }
int do_or_record(const int* stream, std::function<int()> work) {
    if (!recorded) return work();
    if (stream != recorded_stream) return NOT_WHILE_RECORDING;
    recorded->push_back(std::move(work));
    return 0;
}
extern "C" {
int cudaStreamBeginCapture(int* stream, int) { recorded = new Graph, recorded_stream = stream; return 0; }
int cudaStreamEndCapture(int*, Graph** made) { *made = recorded, recorded = nullptr; return 0; }
int cudaStreamIsCapturing(int* stream, int* found) { *found = recorded && stream == recorded_stream; return 0; }
int cudaStreamSynchronize(int* stream) { return recorded && stream == recorded_stream ? NOT_WHILE_RECORDING : 0; }
int cudaGraphInstantiate(Graph** made, Graph* graph, ...) { *made = new Graph(*graph); return 0; }
int cudaGraphLaunch(Graph* graph, int*) {
    for (const auto& work : *graph) if (const int error = work()) return error;
    return 0;
}
int cudaGraphDestroy(Graph* graph) { delete graph; return 0; }
int cudaGraphExecDestroy(Graph* graph) { delete graph; return 0; }
}
