// The whole state of a simulation as one array of double: what a step depends on, to the last bit.
#include "shim.h"

#if mjVERSION_HEADER >= 300

RMJ_API int rmj_state_size(const mjModel* model) {
  return (int)mj_stateSize(model, mjSTATE_INTEGRATION);
}

RMJ_API void rmj_state_get(const mjModel* model, const mjData* data, double* into) {
  mj_getState(model, data, into, mjSTATE_INTEGRATION);
}

RMJ_API void rmj_state_set(const mjModel* model, mjData* data, const double* from) {
  mj_setState(model, data, from, mjSTATE_INTEGRATION);
}

#else

// Visits every part of the state in one fixed order: read, write and size cannot disagree.
#define FOR_EACH_PART(PART)                            \
  PART(&data->time, 1)                                 \
  PART(data->qpos, model->nq)                          \
  PART(data->qvel, model->nv)                          \
  PART(data->act, model->na)                           \
  PART(data->qacc_warmstart, model->nv)                \
  PART(data->ctrl, model->nu)                          \
  PART(data->qfrc_applied, model->nv)                  \
  PART(data->xfrc_applied, 6 * model->nbody)           \
  PART(data->mocap_pos, 3 * model->nmocap)             \
  PART(data->mocap_quat, 4 * model->nmocap)            \
  PART(data->userdata, model->nuserdata)

RMJ_API int rmj_state_size(const mjModel* model) {
  int size = 0;
#define PART(pointer, count) size += (count);
  FOR_EACH_PART(PART)
#undef PART
  return size;
}

RMJ_API void rmj_state_get(const mjModel* model, const mjData* data, double* into) {
#define PART(pointer, count) mju_copy(into, pointer, count); into += (count);
  FOR_EACH_PART(PART)
#undef PART
}

RMJ_API void rmj_state_set(const mjModel* model, mjData* data, const double* from) {
#define PART(pointer, count) mju_copy(pointer, from, count); from += (count);
  FOR_EACH_PART(PART)
#undef PART
}

#endif
