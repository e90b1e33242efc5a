// Loading a model and reading what it contains.
#include "shim.h"

#include <string.h>

static int has_suffix(const char* text, const char* suffix) {
  size_t length = strlen(text), tail = strlen(suffix);
  return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static mjModel* load(const char* path, char* text, int text_size) {
  return has_suffix(path, ".mjb") ? mj_loadModel(path, NULL) : mj_loadXML(path, NULL, text, text_size);
}

// Loads MJCF, URDF or a compiled model (.mjb); NULL when it cannot be read.
RMJ_API mjModel* rmj_model_load(const char* path) {
  char text[1000] = "";
  mjModel* volatile model = NULL;
  int warnings = rmj_warning_count();
  RMJ_GUARD(NULL, model = load(path, text, sizeof text));
  if (!model) {
    // What is wrong with a compiled model is told as a warning.
    rmj_set_error("%s", text[0] ? text : rmj_warning_count() != warnings ? rmj_last_warning() : "the file cannot be read");
  }
  return model;
}

RMJ_API mjModel* rmj_model_copy(const mjModel* source) {
  mjModel* volatile model = NULL;
  RMJ_GUARD(NULL, model = mj_copyModel(NULL, source));
  return model;
}

RMJ_API void rmj_model_free(mjModel* model) {
  mj_deleteModel(model);
}

#define COUNT(field) \
  RMJ_API int rmj_model_##field(const mjModel* model) { return (int)model->field; }
COUNT(nq)
COUNT(nv)
COUNT(nu)
COUNT(na)
COUNT(nbody)
COUNT(njnt)
COUNT(ngeom)
COUNT(nsite)
COUNT(ncam)
COUNT(nmocap)
COUNT(nkey)
COUNT(nsensor)

#define NAMES(kind, type)                                                     \
  RMJ_API int rmj_##kind##_id(const mjModel* model, const char* name) {       \
    return mj_name2id(model, type, name);                                     \
  }                                                                           \
  RMJ_API const char* rmj_##kind##_name(const mjModel* model, int id) {       \
    const char* name = mj_id2name(model, type, id);                           \
    return name ? name : "";                                                  \
  }
NAMES(body, mjOBJ_BODY)
NAMES(joint, mjOBJ_JOINT)
NAMES(geom, mjOBJ_GEOM)
NAMES(site, mjOBJ_SITE)
NAMES(camera, mjOBJ_CAMERA)
NAMES(actuator, mjOBJ_ACTUATOR)
NAMES(key, mjOBJ_KEY)

RMJ_API double rmj_model_timestep(const mjModel* model) {
  return model->opt.timestep;
}

RMJ_API void rmj_model_set_timestep(mjModel* model, double seconds) {
  model->opt.timestep = seconds;
}

RMJ_API void rmj_model_gravity(const mjModel* model, double* into) {
  mju_copy3(into, model->opt.gravity);
}

RMJ_API int rmj_joint_kind(const mjModel* model, int joint) {
  switch (model->jnt_type[joint]) {
    case mjJNT_FREE: return RMJ_JOINT_FREE;
    case mjJNT_BALL: return RMJ_JOINT_BALL;
    case mjJNT_SLIDE: return RMJ_JOINT_SLIDE;
    default: return RMJ_JOINT_HINGE;
  }
}

RMJ_API int rmj_joint_body(const mjModel* model, int joint) {
  return model->jnt_bodyid[joint];
}

RMJ_API int rmj_joint_qpos_address(const mjModel* model, int joint) {
  return model->jnt_qposadr[joint];
}

RMJ_API int rmj_joint_dof_address(const mjModel* model, int joint) {
  return model->jnt_dofadr[joint];
}

RMJ_API int rmj_joint_limited(const mjModel* model, int joint) {
  return model->jnt_limited[joint] != 0;
}

RMJ_API void rmj_joint_range(const mjModel* model, int joint, double* into) {
  mju_copy(into, model->jnt_range + 2 * joint, 2);
}

RMJ_API void rmj_joint_axis(const mjModel* model, int joint, double* into) {
  mju_copy3(into, model->jnt_axis + 3 * joint);
}

RMJ_API void rmj_joint_position(const mjModel* model, int joint, double* into) {
  mju_copy3(into, model->jnt_pos + 3 * joint);
}

// The coordinate at which the joint leaves its body where the file put it.
RMJ_API double rmj_joint_reference(const mjModel* model, int joint) {
  return model->qpos0[model->jnt_qposadr[joint]];
}

RMJ_API int rmj_body_parent(const mjModel* model, int body) {
  return model->body_parentid[body];
}

RMJ_API int rmj_body_joint_count(const mjModel* model, int body) {
  return model->body_jntnum[body];
}

RMJ_API int rmj_body_joint_address(const mjModel* model, int body) {
  return model->body_jntadr[body];
}

// Row in the mocap arrays; -1 for a body that is no mocap body.
RMJ_API int rmj_body_mocap(const mjModel* model, int body) {
  return model->body_mocapid[body];
}

RMJ_API double rmj_body_mass(const mjModel* model, int body) {
  return model->body_mass[body];
}

RMJ_API void rmj_body_pose(const mjModel* model, int body, double* position, double* quaternion) {
  mju_copy3(position, model->body_pos + 3 * body);
  mju_copy4(quaternion, model->body_quat + 4 * body);
}

// The centre of mass in the body's frame.
RMJ_API void rmj_body_centre(const mjModel* model, int body, double* into) {
  mju_copy3(into, model->body_ipos + 3 * body);
}

RMJ_API int rmj_site_body(const mjModel* model, int site) {
  return model->site_bodyid[site];
}

RMJ_API void rmj_site_position(const mjModel* model, int site, double* into) {
  mju_copy3(into, model->site_pos + 3 * site);
}

RMJ_API double rmj_camera_fovy(const mjModel* model, int camera) {
  return model->cam_fovy[camera];
}

// Scales the mass and inertia of a body: the true simulator can differ from a nominal one.
RMJ_API int rmj_body_scale_mass(mjModel* model, int body, double factor) {
  model->body_mass[body] *= factor;
  for (int i = 0; i < 3; i++) {
    model->body_inertia[3 * body + i] *= factor;
  }
  mjData* volatile data = NULL;
  RMJ_GUARD(RMJ_ERROR, data = mj_makeData(model));
  RMJ_GUARD(RMJ_ERROR, mj_setConst(model, data));
  mj_deleteData(data);
  return RMJ_OK;
}
