// The memory of the pretended cards, and what is wrong with the way it is used.
#pragma once
#include <cstddef>

enum Use { READ, WRITE };

// Whether [at, at + size) may be read or written by work on the current card; what is written counts
// as written from now on. Memory outside the cards, the host's, is never refused.
bool use_memory(Use use, const void* at, size_t size);
void copy_memory(void* to, const void* from, size_t size);
int current_card();
// What is being done, for messages; and the message of what use_memory refused since, or null.
void begin_work(const char* name);
const char* end_work();
