// What an actuator drives and what its control means.
#include "shim.h"

// The hinge or slide that the actuator drives, or -1 when it drives something else.
RMJ_API int rmj_actuator_joint(const mjModel* model, int actuator) {
  int type = model->actuator_trntype[actuator];
  if (type != mjTRN_JOINT && type != mjTRN_JOINTINPARENT) {
    return -1;
  }
  int joint = model->actuator_trnid[2 * actuator];
  return model->jnt_type[joint] == mjJNT_HINGE || model->jnt_type[joint] == mjJNT_SLIDE ? joint : -1;
}

// The joint at a place in the fixed tendon that the actuator pulls, or -1 when there is none.
RMJ_API int rmj_actuator_tendon_joint(const mjModel* model, int actuator, int place) {
  if (model->actuator_trntype[actuator] != mjTRN_TENDON) {
    return -1;
  }
  int tendon = model->actuator_trnid[2 * actuator];
  int wrap = model->tendon_adr[tendon] + place;
  return place < model->tendon_num[tendon] && model->wrap_type[wrap] == mjWRAP_JOINT ? model->wrap_objid[wrap] : -1;
}

// A motor has no bias; a servo's bias cancels its gain at the target (position) or at the target
// velocity; anything else has a control of unknown meaning.
RMJ_API int rmj_actuator_control(const mjModel* model, int actuator) {
  if (model->actuator_gaintype[actuator] != mjGAIN_FIXED || model->actuator_dyntype[actuator] != mjDYN_NONE) {
    return RMJ_CONTROL_OTHER;
  }
  double gain = model->actuator_gainprm[mjNGAIN * actuator];
  const mjtNum* bias = model->actuator_biasprm + mjNBIAS * actuator;
  if (model->actuator_biastype[actuator] == mjBIAS_NONE) {
    return RMJ_CONTROL_EFFORT;
  }
  if (model->actuator_biastype[actuator] != mjBIAS_AFFINE || gain == 0) {
    return RMJ_CONTROL_OTHER;
  }
  if (bias[1] == -gain) {
    return RMJ_CONTROL_POSITION;
  }
  return bias[1] == 0 && bias[2] == -gain ? RMJ_CONTROL_VELOCITY : RMJ_CONTROL_OTHER;
}

RMJ_API double rmj_actuator_gain(const mjModel* model, int actuator) {
  return model->actuator_gainprm[mjNGAIN * actuator];
}

// What a unit of the actuator's force becomes: the gear's one number on a hinge, a slide or a tendon. On anything else (a
// site, a ball or a free joint) the gear is a force and a torque as vectors, and the command counts along them: the length of
// the force, or of the torque where there is no force.
RMJ_API double rmj_actuator_gear(const mjModel* model, int actuator) {
  const mjtNum* gear = model->actuator_gear + 6 * actuator;
  int type = model->actuator_trntype[actuator];
  if (rmj_actuator_joint(model, actuator) >= 0 || type == mjTRN_TENDON || type == mjTRN_SLIDERCRANK) {
    return gear[0];
  }
  double force = mju_norm3(gear);
  return force > 0 ? force : mju_norm3(gear + 3);
}

// 1 and the range when the control is limited.
RMJ_API int rmj_actuator_control_range(const mjModel* model, int actuator, double* into) {
  mju_copy(into, model->actuator_ctrlrange + 2 * actuator, 2);
  return model->actuator_ctrllimited[actuator] != 0;
}

// 1 and the range when the force is limited.
RMJ_API int rmj_actuator_force_range(const mjModel* model, int actuator, double* into) {
  mju_copy(into, model->actuator_forcerange + 2 * actuator, 2);
  return model->actuator_forcelimited[actuator] != 0;
}
