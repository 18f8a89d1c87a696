// NVRTC. A CUDA source is compiled by g++ into a library, whose path takes the place of machine code.
#include "pretend.h"
#include <unistd.h>
#include <fstream>
#include <iterator>
#include <regex>

struct Program { std::string source, log, path; };
static const std::string FOLDER = BUILD_FOLDER;
static const int COMPILATION_FAILED = 6;

static std::string with_launchers(const std::string& source) {
    static const std::regex kernel(
        "extern\\s+\"C\"\\s+__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)");
    const std::string barriers = source.find("__sync") == std::string::npos ? "false" : "true";
    const std::string launcher = "extern \"C\" void** copy_$1(void** arguments) { return pretend_copy($1, arguments); }\n"
                                 "extern \"C\" void run_$1(void** arguments, const unsigned* sizes) {\n"
                                 "    pretend_run([](unsigned) { pretend_call($1); }, " + barriers + ", arguments, sizes); }\n";
    return "#include \"kernel.h\"\n#line 1 \"source.cu\"\n" + source + "\n" +
           std::regex_replace(source, kernel, launcher, std::regex_constants::format_no_copy);
}

extern "C" {
const char* nvrtcGetErrorString(int) { return "an error of g++"; }
int nvrtcVersion(int* major, int* minor) { *major = CUDA, *minor = 0; return 0; }
ANSWER(nvrtcGetNumSupportedArchs, 1) ANSWER(nvrtcGetSupportedArchs, 90) DONE(nvrtcDestroyProgram)
int nvrtcCreateProgram(Program** made, const char* source, const char*, int, const char**, const char**) {
    *made = new Program{source, "", ""};
    return 0;
}
int nvrtcCompileProgram(Program* program, int count, const char** options) {
    std::string flags, text = with_launchers(program->source);
    for (const std::string option : std::vector<std::string>(options, options + count))
        if (option.rfind("-D", 0) == 0 || option.rfind("-I", 0) == 0) flags += " '" + option + "'";
    const std::string base = FOLDER + "/kernels/" + std::to_string(std::hash<std::string>()(text + flags));
    const std::string own = base + "." + std::to_string(getpid());
    program->path = base + ".so";
    if (!access(program->path.c_str(), R_OK)) return 0;
    std::ofstream(own + ".cc") << text;
    const std::string compile = COMPILE + flags + " -c -o " + own + ".o " + own + ".cc 2> " + own + ".log";
    const std::string link = "g++ -shared -o " + own + ".so " + own + ".o -L" + FOLDER + "/lib -lpretend";
    const bool made = !system((compile + " && " + link + " && mv " + own + ".so " + program->path).c_str());
    std::ifstream log(own + ".log");
    program->log.assign(std::istreambuf_iterator<char>(log), {});
    for (const char* end : {".cc", ".o", ".log"}) unlink((own + end).c_str());
    return made ? 0 : COMPILATION_FAILED;
}
int nvrtcGetCUBINSize(Program* program, size_t* size) { *size = program->path.size() + 1; return 0; }
int nvrtcGetCUBIN(Program* program, char* text) { strcpy(text, program->path.c_str()); return 0; }
int nvrtcGetPTXSize(Program* program, size_t* size) { return nvrtcGetCUBINSize(program, size); }
int nvrtcGetPTX(Program* program, char* text) { return nvrtcGetCUBIN(program, text); }
int nvrtcGetProgramLogSize(Program* program, size_t* size) { *size = program->log.size() + 1; return 0; }
int nvrtcGetProgramLog(Program* program, char* text) { strcpy(text, program->log.c_str()); return 0; }
}
