// The state of one simulation. A model may be shared by threads; each data belongs to one at a time.
#include "shim.h"

RMJ_API mjData* rmj_data_create(const mjModel* model) {
  mjData* volatile data = NULL;
  RMJ_GUARD(NULL, data = mj_makeData(model));
  return data;
}

RMJ_API void rmj_data_free(mjData* data) {
  mj_deleteData(data);
}

RMJ_API int rmj_data_copy(mjData* into, const mjModel* model, const mjData* from) {
  RMJ_GUARD(RMJ_ERROR, mj_copyData(into, model, from));
  return RMJ_OK;
}

// To the file's reference pose, or to a keyframe when key is not negative.
RMJ_API int rmj_data_reset(const mjModel* model, mjData* data, int key) {
  if (key >= model->nkey) {
    rmj_set_error("there is no keyframe %d", key);
    return RMJ_ERROR;
  }
  if (key < 0) {
    RMJ_GUARD(RMJ_ERROR, mj_resetData(model, data));
  } else {
    RMJ_GUARD(RMJ_ERROR, mj_resetDataKeyframe(model, data, key));
  }
  return RMJ_OK;
}

static int bad_states(const mjData* data) {
  return data->warning[mjWARN_BADQPOS].number + data->warning[mjWARN_BADQVEL].number +
         data->warning[mjWARN_BADQACC].number + data->warning[mjWARN_BADCTRL].number;
}

static int advance(const mjModel* model, mjData* data, int count) {
  int before = bad_states(data);
  for (int i = 0; i < count; i++) {
    mj_step(model, data);
    // MuJoCo resets a state, or drops a control, that is not finite; going on would hide that.
    if (bad_states(data) != before) {
      return RMJ_DIVERGED;
    }
  }
  return RMJ_OK;
}

RMJ_API int rmj_step(const mjModel* model, mjData* data, int count) {
  volatile int status = RMJ_OK;
  RMJ_GUARD(RMJ_ERROR, status = advance(model, data, count));
  return status;
}

RMJ_API int rmj_forward(const mjModel* model, mjData* data) {
  RMJ_GUARD(RMJ_ERROR, mj_forward(model, data));
  return RMJ_OK;
}

static void place(const mjModel* model, mjData* data) {
  mj_kinematics(model, data);
  mj_comPos(model, data);
  mj_camlight(model, data);
}

// Poses of bodies, sites, cameras and subtrees for the present coordinates: after a step they are
// still those of the step's start.
RMJ_API int rmj_kinematics(const mjModel* model, mjData* data) {
  RMJ_GUARD(RMJ_ERROR, place(model, data));
  return RMJ_OK;
}

RMJ_API double rmj_time(const mjData* data) {
  return data->time;
}

RMJ_API void rmj_set_time(mjData* data, double seconds) {
  data->time = seconds;
}

RMJ_API int rmj_contact_count(const mjData* data) {
  return data->ncon;
}

// Potential and kinetic energy of the present state; mj_forward must have run.
RMJ_API int rmj_energy(const mjModel* model, mjData* data, double* into) {
  RMJ_GUARD(RMJ_ERROR, mj_energyPos(model, data); mj_energyVel(model, data));
  mju_copy(into, data->energy, 2);
  return RMJ_OK;
}

// Arrays of the data live as long as the data; the managed side looks at them as spans.
#define ARRAY(field) \
  RMJ_API double* rmj_##field(mjData* data) { return data->field; }
ARRAY(qpos)
ARRAY(qvel)
ARRAY(qacc)
ARRAY(act)
ARRAY(ctrl)
ARRAY(mocap_pos)
ARRAY(mocap_quat)
ARRAY(xpos)
ARRAY(xquat)
ARRAY(site_xpos)
ARRAY(site_xmat)
ARRAY(subtree_com)
ARRAY(actuator_force)
ARRAY(qfrc_actuator)
ARRAY(qfrc_applied)
ARRAY(xfrc_applied)
