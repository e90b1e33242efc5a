// Errors and warnings of the engine, kept per thread.
#include "shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 1024

_Thread_local jmp_buf rmj_trap;
_Thread_local int rmj_trap_armed;

static _Thread_local char last_error[TEXT_SIZE];
static _Thread_local char last_warning[TEXT_SIZE];
static _Thread_local int warning_count;

void rmj_set_error(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
}

static void on_error(const char* text) {
  rmj_set_error("%s", text);
  if (rmj_trap_armed) {
    longjmp(rmj_trap, 1);
  }
  // Returning would let the engine run on in an undefined state.
  fprintf(stderr, "MuJoCo: %s\n", text);
  abort();
}

static void on_warning(const char* text) {
  snprintf(last_warning, sizeof last_warning, "%s", text);
  warning_count++;
}

// Without these handlers MuJoCo ends the process on errors and writes MUJOCO_LOG.TXT on warnings.
__attribute__((constructor)) static void install_handlers(void) {
  mju_user_error = on_error;
  mju_user_warning = on_warning;
}

RMJ_API const char* rmj_last_error(void) {
  return last_error;
}

RMJ_API const char* rmj_last_warning(void) {
  return last_warning;
}

// Number of warnings on this thread since the library was loaded.
RMJ_API int rmj_warning_count(void) {
  return warning_count;
}

RMJ_API int rmj_version(void) {
  return mj_version();
}

// Proves the trap: raises an error as the engine does. 0 never comes back.
RMJ_API int rmj_raise(const char* text) {
  RMJ_GUARD(RMJ_ERROR, mju_error(text));
  return RMJ_OK;
}
