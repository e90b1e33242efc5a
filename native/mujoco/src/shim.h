// The C interface between the managed drivers and MuJoCo. It exports handles, ids, counts and
// pointers to arrays of double; structs and enum numbers of MuJoCo stay on this side.
#ifndef ROBOTICS_MUJOCO_SHIM_H_
#define ROBOTICS_MUJOCO_SHIM_H_

#include <setjmp.h>
#include <stddef.h>

#include <mujoco/mujoco.h>

#define RMJ_API __attribute__((visibility("default")))

// Status of calls that can fail: the managed side knows these three and no others.
#define RMJ_OK 0
#define RMJ_DIVERGED 1   // the state became non-finite or huge; MuJoCo has reset it
#define RMJ_ERROR (-1)   // rmj_last_error() has the text

// Joint kinds and control kinds in numbers of our own.
#define RMJ_JOINT_FREE 0
#define RMJ_JOINT_BALL 1
#define RMJ_JOINT_SLIDE 2
#define RMJ_JOINT_HINGE 3
#define RMJ_CONTROL_OTHER 0
#define RMJ_CONTROL_EFFORT 1
#define RMJ_CONTROL_POSITION 2
#define RMJ_CONTROL_VELOCITY 3

// One trap per thread: MuJoCo reports a fatal error by calling mju_user_error, which must not
// return; the handler jumps back to the call that entered the engine.
extern _Thread_local jmp_buf rmj_trap;
extern _Thread_local int rmj_trap_armed;

// Runs a statement; on a MuJoCo error returns `failure` from the enclosing function.
#define RMJ_GUARD(failure, statement) \
  do {                                \
    if (setjmp(rmj_trap) == 0) {      \
      rmj_trap_armed = 1;             \
      statement;                      \
      rmj_trap_armed = 0;             \
    } else {                          \
      rmj_trap_armed = 0;             \
      return failure;                 \
    }                                 \
  } while (0)

// Sets the text that rmj_last_error() returns on this thread.
void rmj_set_error(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Warnings of the engine on this thread (errors.c).
RMJ_API const char* rmj_last_warning(void);
RMJ_API int rmj_warning_count(void);

// OpenGL contexts without a window (egl.c). 0 on success.
typedef struct rmj_gl_context rmj_gl_context;
rmj_gl_context* rmj_gl_create(void);
int rmj_gl_enter(rmj_gl_context* context);
void rmj_gl_leave(rmj_gl_context* context);
void rmj_gl_destroy(rmj_gl_context* context);

#endif
