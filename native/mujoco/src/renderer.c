// Off-screen pictures of a simulation.
#include "shim.h"

#include <stdlib.h>
#include <string.h>

typedef struct rmj_renderer {
  rmj_gl_context* gl;
  mjModel* model;  // a copy of its own: the size of the off-screen buffer is part of the model
  mjvScene scene;
  mjvOption option;
  mjrContext context;
  unsigned char* rows;
  int width;
  int height;
} rmj_renderer;

static void make(rmj_renderer* renderer, int shadow_size, int samples) {
  mjModel* model = renderer->model;
  model->vis.global.offwidth = renderer->width;
  model->vis.global.offheight = renderer->height;
  model->vis.quality.offsamples = samples;
  model->vis.quality.shadowsize = shadow_size;
  mjv_defaultOption(&renderer->option);
  mjv_makeScene(model, &renderer->scene, 1000 + 2 * (int)model->ngeom);
  renderer->scene.flags[mjRND_SHADOW] = shadow_size > 0;
  renderer->scene.flags[mjRND_REFLECTION] = shadow_size > 0;
  mjr_makeContext(model, &renderer->context, mjFONTSCALE_100);
  mjr_setBuffer(mjFB_OFFSCREEN, &renderer->context);
}

static int prepare(rmj_renderer* renderer, int shadow_size, int samples) {
  RMJ_GUARD(RMJ_ERROR, make(renderer, shadow_size, samples));
  if (renderer->context.currentBuffer != mjFB_OFFSCREEN) {
    rmj_set_error("OpenGL has no off-screen frame buffer");
    return RMJ_ERROR;
  }
  return RMJ_OK;
}

static void release(rmj_renderer* renderer) {
  if (renderer->gl) {
    if (rmj_gl_enter(renderer->gl) == RMJ_OK) {
      mjr_freeContext(&renderer->context);
      rmj_gl_leave(renderer->gl);
    }
    rmj_gl_destroy(renderer->gl);
  }
  mjv_freeScene(&renderer->scene);
  if (renderer->model) {
    mj_deleteModel(renderer->model);
  }
  free(renderer->rows);
  free(renderer);
}

// A shadow size of zero draws without shadows and reflections; samples of zero without smoothing.
RMJ_API rmj_renderer* rmj_renderer_create(const mjModel* model, int width, int height, int shadow_size, int samples) {
  rmj_renderer* renderer = calloc(1, sizeof *renderer);
  mjv_defaultScene(&renderer->scene);
  mjr_defaultContext(&renderer->context);
  renderer->width = width;
  renderer->height = height;
  renderer->rows = malloc((size_t)3 * width * height);
  renderer->model = mj_copyModel(NULL, model);
  renderer->gl = rmj_gl_create();
  if (!renderer->gl || rmj_gl_enter(renderer->gl) != RMJ_OK) {
    release(renderer);
    return NULL;
  }
  int status = prepare(renderer, shadow_size, samples);
  rmj_gl_leave(renderer->gl);
  if (status != RMJ_OK) {
    release(renderer);
    return NULL;
  }
  return renderer;
}

RMJ_API void rmj_renderer_free(rmj_renderer* renderer) {
  release(renderer);
}

static void look_from(const mjModel* model, int camera, mjvCamera* into) {
  mjv_defaultFreeCamera(model, into);
  if (camera >= 0) {
    into->type = mjCAMERA_FIXED;
    into->fixedcamid = camera;
  }
}

static void draw(rmj_renderer* renderer, mjData* data, int camera) {
  mjvCamera view;
  look_from(renderer->model, camera, &view);
  mjrRect frame = {0, 0, renderer->width, renderer->height};
  mjv_updateScene(renderer->model, data, &renderer->option, NULL, &view, mjCAT_ALL, &renderer->scene);
  mjr_render(frame, &renderer->scene, &renderer->context);
  mjr_readPixels(renderer->rows, NULL, frame, &renderer->context);
}

static int draw_guarded(rmj_renderer* renderer, mjData* data, int camera) {
  RMJ_GUARD(RMJ_ERROR, draw(renderer, data, camera));
  return RMJ_OK;
}

// Draws what the camera sees (-1: a free camera that shows the whole model) as rows of RGB bytes
// from the top down. Poses must be up to date. Any thread may call, one at a time.
RMJ_API int rmj_render(rmj_renderer* renderer, mjData* data, int camera, unsigned char* into) {
  if (rmj_gl_enter(renderer->gl) != RMJ_OK) {
    return RMJ_ERROR;
  }
  int status = draw_guarded(renderer, data, camera);
  rmj_gl_leave(renderer->gl);
  if (status != RMJ_OK) {
    return status;
  }
  // OpenGL's first row is the lowest.
  size_t stride = (size_t)3 * renderer->width;
  for (int row = 0; row < renderer->height; row++) {
    memcpy(into + row * stride, renderer->rows + (renderer->height - 1 - row) * stride, stride);
  }
  return RMJ_OK;
}
