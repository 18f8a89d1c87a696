// NVRTC: CUDA sources are compiled by g++ into libraries, whose paths take the place of machine code.
#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <string>

struct Program { std::string source, log, path; };
static const std::string FOLDER = FOLDER_HERE, CUDA = "-I" CUDA_HEADERS_HERE;
static const int COMPILATION_FAILED = 6;

static std::string with_launchers(const std::string& source) {
    static const std::regex kernel(
        "extern\\s+\"C\"\\s+__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)\\s*\\(");
    const bool barriers = source.find("__sync") != std::string::npos;
    std::string text = "#include \"" + FOLDER + "/kernel.h\"\n#line 1 \"source.cu\"\n" + source + "\n";
    for (std::sregex_iterator k(source.begin(), source.end(), kernel), end; k != end; ++k) {
        const std::string name = (*k)[1];
        text += "static void body_" + name + "(unsigned) { pretend_call(" + name + "); }\n" +
                "extern \"C\" void run_" + name + "(void** arguments, const unsigned* sizes) { pretend_run(body_" +
                name + ", " + (barriers ? "true" : "false") + ", arguments, sizes); }\n";
    }
    return text;
}

extern "C" {
const char* nvrtcGetErrorString(int) { return "an error of g++"; }
int nvrtcVersion(int* major, int* minor) { *major = CUDA_VERSION_HERE / 1000, *minor = 0; return 0; }
int nvrtcGetNumSupportedArchs(int* count) { *count = 1; return 0; }
int nvrtcGetSupportedArchs(int* cards) { *cards = 90; return 0; }
int nvrtcCreateProgram(Program** program, const char* source, const char*, int, const char**, const char**) {
    *program = new Program{source, "", ""};
    return 0;
}
int nvrtcDestroyProgram(Program** program) { delete *program; return 0; }
int nvrtcCompileProgram(Program* program, int count, const char** options) {
    std::string flags;
    for (int i = 0; i < count; i++)
        if (!strncmp(options[i], "-I", 2) || !strncmp(options[i], "-D", 2))
            flags += " '" + std::string(options[i]) + "'";
    const std::string text = with_launchers(program->source);
    char name[40];
    snprintf(name, sizeof name, "/kernels/%016zx", std::hash<std::string>()(text + flags));
    const std::string base = FOLDER + name, own = base + "." + std::to_string(getpid());
    program->path = base + ".so";
    if (!access(program->path.c_str(), R_OK)) return 0;
    std::ofstream(own + ".cc") << text;
    const std::string command =
        "g++ -w -O1 -std=c++17 -fpermissive -fno-strict-aliasing -fPIC -fsanitize=thread "
        "--param tsan-instrument-func-entry-exit=0 -c -o " + own + ".o " + own + ".cc" + flags + " " + CUDA +
        " > " + own + ".log 2>&1 && g++ -shared -o " + own + ".so " + own + ".o -L" + FOLDER +
        "/lib -lpretend >> " + own + ".log 2>&1";
    const int failed = system(command.c_str());
    std::ifstream log(own + ".log");
    program->log.assign(std::istreambuf_iterator<char>(log), {});
    if (!failed) rename((own + ".so").c_str(), program->path.c_str());
    for (const char* end : {".o", ".log", failed ? ".so" : ".cc"}) unlink((own + end).c_str());
    return failed ? COMPILATION_FAILED : 0;
}
int nvrtcGetCUBINSize(Program* program, size_t* size) { *size = program->path.size() + 1; return 0; }
int nvrtcGetCUBIN(Program* program, char* text) { strcpy(text, program->path.c_str()); return 0; }
int nvrtcGetPTXSize(Program* program, size_t* size) { return nvrtcGetCUBINSize(program, size); }
int nvrtcGetPTX(Program* program, char* text) { return nvrtcGetCUBIN(program, text); }
int nvrtcGetProgramLogSize(Program* program, size_t* size) { *size = program->log.size() + 1; return 0; }
int nvrtcGetProgramLog(Program* program, char* text) { strcpy(text, program->log.c_str()); return 0; }
}
