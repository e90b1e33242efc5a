// OpenGL contexts without a window or a display server.
#define _GNU_SOURCE
#include "shim.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>

struct rmj_gl_context {
  EGLContext handle;
};

static EGLDisplay display = EGL_NO_DISPLAY;
static pthread_once_t display_once = PTHREAD_ONCE_INIT;

static int try_display(EGLDisplay candidate) {
  if (candidate == EGL_NO_DISPLAY || !eglInitialize(candidate, NULL, NULL)) {
    return 0;
  }
  const char* extensions = eglQueryString(candidate, EGL_EXTENSIONS);
  if (!extensions || !strstr(extensions, "EGL_KHR_surfaceless_context")) {
    return 0;
  }
  display = candidate;
  return 1;
}

static void open_devices(PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display) {
  PFNEGLQUERYDEVICESEXTPROC query = (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
  EGLDeviceEXT devices[16];
  EGLint count = 0;
  if (!query || !query(16, devices, &count)) {
    return;
  }
  for (EGLint i = 0; i < count && display == EGL_NO_DISPLAY; i++) {
    try_display(platform_display(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL));
  }
}

static void open_display(void) {
  // llvmpipe's threads cost more than they bring for small images.
  setenv("LP_NUM_THREADS", "0", 0);
  // MuJoCo looks for the functions of OpenGL in the process's global scope.
  dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL);
  PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display =
      (PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress("eglGetPlatformDisplayEXT");
  if (!platform_display) {
    return;
  }
  if (!try_display(platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL))) {
    open_devices(platform_display);
  }
}

rmj_gl_context* rmj_gl_create(void) {
  pthread_once(&display_once, open_display);
  if (display == EGL_NO_DISPLAY) {
    rmj_set_error("EGL has no display without a window system (packages libegl1 libegl-mesa0 libgl1-mesa-dri)");
    return NULL;
  }
  static const EGLint wanted[] = {
      EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
      EGL_RED_SIZE, 8, EGL_GREEN_SIZE, 8, EGL_BLUE_SIZE, 8, EGL_DEPTH_SIZE, 24, EGL_NONE};
  EGLConfig config;
  EGLint count = 0;
  eglBindAPI(EGL_OPENGL_API);
  if (!eglChooseConfig(display, wanted, &config, 1, &count) || count == 0) {
    rmj_set_error("EGL offers no configuration with desktop OpenGL (0x%x)", eglGetError());
    return NULL;
  }
  EGLContext handle = eglCreateContext(display, config, EGL_NO_CONTEXT, NULL);
  if (handle == EGL_NO_CONTEXT) {
    rmj_set_error("EGL cannot create an OpenGL context (0x%x)", eglGetError());
    return NULL;
  }
  rmj_gl_context* context = malloc(sizeof *context);
  context->handle = handle;
  return context;
}

int rmj_gl_enter(rmj_gl_context* context) {
  // The bound API is a property of the thread.
  eglBindAPI(EGL_OPENGL_API);
  if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context->handle)) {
    rmj_set_error("the OpenGL context cannot be used on this thread (0x%x)", eglGetError());
    return RMJ_ERROR;
  }
  return RMJ_OK;
}

void rmj_gl_leave(rmj_gl_context* context) {
  (void)context;
  eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
}

void rmj_gl_destroy(rmj_gl_context* context) {
  eglDestroyContext(display, context->handle);
  free(context);
}
