// What the parts of the pretended device share: the memory of its cards.
#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

enum Use { READ, WRITE };
// Whether the current card may read or write [at, at + size), which then counts as written. Memory of
// the host is never refused.
bool use_memory(Use use, const void* at, size_t size);
int current_card();
bool is_of_current_card(const int* stream);  // two streams are no pointers: 1 and 2
void begin_work(const char* name);  // for messages
// Work is done at once; while a stream is recorded it is kept for the launches of the graph.
int do_or_record(const int* stream, std::function<int()> work);
bool is_recording();
// Functions of CUDA that have nothing to do, or one answer, whatever their other arguments are.
#define DONE(name) int name() { return 0; }
#define ANSWER(name, value) int name(int* found) { *found = value; return 0; }
#define ANSWER_SECOND(name, value) int name(void*, int* found) { *found = value; return 0; }
const char* end_work();             // what use_memory had to refuse since it began, or null
