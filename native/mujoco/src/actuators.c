// What an actuator drives and what its control means.
#include "shim.h"

// The joint that the actuator drives, or -1 when it drives something else.
RMJ_API int rmj_actuator_joint(const mjModel* model, int actuator) {
  int type = model->actuator_trntype[actuator];
  return type == mjTRN_JOINT || type == mjTRN_JOINTINPARENT ? model->actuator_trnid[2 * actuator] : -1;
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

RMJ_API double rmj_actuator_gear(const mjModel* model, int actuator) {
  return model->actuator_gear[6 * actuator];
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
