//! The C functions of PROJ that the `proj` crate calls, and nothing else.
//!
//! Why this exists: the registry's `proj-sys` 0.27 refuses any PROJ older than 9.6.2 (it would
//! build its own with cmake) and, only for that build, demands `libsqlite3-sys < 0.36`, which
//! would hold the ledger's SQLite at 3.50.2 with its WAL-reset bug. Debian 12 has PROJ 9.1.1,
//! whose C interface is the same for every function used here, so `[patch.crates-io]` in the
//! root `Cargo.toml` puts this package in the other's place.
//!
//! When it goes: once `proj-sys` takes the distribution's PROJ without naming a SQLite.
//!
//! The features `bundled_proj`, `network` and `pkg_config` of the original are left out on
//! purpose: asking for one is then an error of the build, not a surprise at run time.
//!
//! Declarations follow `proj.h` of PROJ 9.1. Three functions are Rust bodies instead of
//! declarations; each says why.

#![no_std]
#![expect(non_camel_case_types, reason = "PROJ's own names")]

use core::ffi::{c_char, c_double, c_int, c_uint};

/// PROJ's `PJ`: a transformation or a coordinate system. Opaque.
#[repr(C)]
pub struct PJconsts {
    _opaque: [u8; 0],
}

/// The name `proj.h` uses for [`PJconsts`].
pub type PJ = PJconsts;

/// A threading context. Opaque.
#[repr(C)]
pub struct PJ_CONTEXT {
    _opaque: [u8; 0],
}

/// An area of use. Opaque.
#[repr(C)]
pub struct PJ_AREA {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PJ_XYZT {
    pub x: c_double,
    pub y: c_double,
    pub z: c_double,
    pub t: c_double,
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PJ_LPZT {
    pub lam: c_double,
    pub phi: c_double,
    pub z: c_double,
    pub t: c_double,
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PJ_XY {
    pub x: c_double,
    pub y: c_double,
}

/// Four doubles under several names. The other members of the C union are narrower, so leaving
/// them out changes neither size nor alignment.
#[repr(C)]
#[derive(Clone, Copy)]
pub union PJ_COORD {
    pub v: [c_double; 4],
    pub xyzt: PJ_XYZT,
    pub lpzt: PJ_LPZT,
    pub xy: PJ_XY,
}

/// What the library says of itself.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PJ_INFO {
    pub major: c_int,
    pub minor: c_int,
    pub patch: c_int,
    pub release: *const c_char,
    pub version: *const c_char,
    pub searchpath: *const c_char,
    pub paths: *const *const c_char,
    pub path_count: usize,
}

/// What a transformation says of itself.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PJ_PROJ_INFO {
    pub id: *const c_char,
    pub description: *const c_char,
    pub definition: *const c_char,
    pub has_inverse: c_int,
    pub accuracy: c_double,
}

pub type PJ_DIRECTION = c_int;
pub const PJ_DIRECTION_PJ_FWD: PJ_DIRECTION = 1;
pub const PJ_DIRECTION_PJ_INV: PJ_DIRECTION = -1;

pub type PJ_WKT_TYPE = c_uint;
pub const PJ_WKT_TYPE_PJ_WKT2_2015: PJ_WKT_TYPE = 0;
pub const PJ_WKT_TYPE_PJ_WKT2_2015_SIMPLIFIED: PJ_WKT_TYPE = 1;
pub const PJ_WKT_TYPE_PJ_WKT2_2019: PJ_WKT_TYPE = 2;
pub const PJ_WKT_TYPE_PJ_WKT2_2019_SIMPLIFIED: PJ_WKT_TYPE = 3;
pub const PJ_WKT_TYPE_PJ_WKT1_GDAL: PJ_WKT_TYPE = 4;
pub const PJ_WKT_TYPE_PJ_WKT1_ESRI: PJ_WKT_TYPE = 5;

unsafe extern "C" {
    pub fn proj_context_create() -> *mut PJ_CONTEXT;
    pub fn proj_context_clone(ctx: *mut PJ_CONTEXT) -> *mut PJ_CONTEXT;
    pub fn proj_context_destroy(ctx: *mut PJ_CONTEXT) -> *mut PJ_CONTEXT;
    pub fn proj_context_errno(ctx: *mut PJ_CONTEXT) -> c_int;
    pub fn proj_context_errno_string(ctx: *mut PJ_CONTEXT, err: c_int) -> *const c_char;
    pub fn proj_context_get_url_endpoint(ctx: *mut PJ_CONTEXT) -> *const c_char;
    pub fn proj_context_set_url_endpoint(ctx: *mut PJ_CONTEXT, url: *const c_char);
    pub fn proj_context_is_network_enabled(ctx: *mut PJ_CONTEXT) -> c_int;
    pub fn proj_context_set_search_paths(
        ctx: *mut PJ_CONTEXT,
        count_paths: c_int,
        paths: *const *const c_char,
    );
    pub fn proj_grid_cache_set_enable(ctx: *mut PJ_CONTEXT, enabled: c_int);

    pub fn proj_create(ctx: *mut PJ_CONTEXT, definition: *const c_char) -> *mut PJ;
    pub fn proj_create_crs_to_crs(
        ctx: *mut PJ_CONTEXT,
        source_crs: *const c_char,
        target_crs: *const c_char,
        area: *mut PJ_AREA,
    ) -> *mut PJ;
    pub fn proj_create_crs_to_crs_from_pj(
        ctx: *mut PJ_CONTEXT,
        source_crs: *const PJ,
        target_crs: *const PJ,
        area: *mut PJ_AREA,
        options: *const *const c_char,
    ) -> *mut PJ;
    pub fn proj_normalize_for_visualization(ctx: *mut PJ_CONTEXT, obj: *const PJ) -> *mut PJ;
    pub fn proj_destroy(P: *mut PJ) -> *mut PJ;

    pub fn proj_area_create() -> *mut PJ_AREA;
    pub fn proj_area_set_bbox(
        area: *mut PJ_AREA,
        west_lon_degree: c_double,
        south_lat_degree: c_double,
        east_lon_degree: c_double,
        north_lat_degree: c_double,
    );
    pub fn proj_area_destroy(area: *mut PJ_AREA);
    pub fn proj_get_area_of_use(
        ctx: *mut PJ_CONTEXT,
        obj: *const PJ,
        out_west_lon_degree: *mut c_double,
        out_south_lat_degree: *mut c_double,
        out_east_lon_degree: *mut c_double,
        out_north_lat_degree: *mut c_double,
        out_area_name: *mut *const c_char,
    ) -> c_int;

    pub fn proj_trans(P: *mut PJ, direction: PJ_DIRECTION, coord: PJ_COORD) -> PJ_COORD;
    pub fn proj_trans_array(
        P: *mut PJ,
        direction: PJ_DIRECTION,
        n: usize,
        coord: *mut PJ_COORD,
    ) -> c_int;
    pub fn proj_trans_bounds(
        context: *mut PJ_CONTEXT,
        P: *mut PJ,
        direction: PJ_DIRECTION,
        xmin: c_double,
        ymin: c_double,
        xmax: c_double,
        ymax: c_double,
        out_xmin: *mut c_double,
        out_ymin: *mut c_double,
        out_xmax: *mut c_double,
        out_ymax: *mut c_double,
        densify_pts: c_int,
    ) -> c_int;

    pub fn proj_errno(P: *const PJ) -> c_int;
    pub fn proj_errno_reset(P: *const PJ) -> c_int;
    pub fn proj_errno_string(err: c_int) -> *const c_char;
    pub fn proj_info() -> PJ_INFO;
    pub fn proj_pj_info(P: *mut PJ) -> PJ_PROJ_INFO;
    pub fn proj_as_projjson(
        ctx: *mut PJ_CONTEXT,
        obj: *const PJ,
        options: *const *const c_char,
    ) -> *const c_char;
    pub fn proj_as_wkt(
        ctx: *mut PJ_CONTEXT,
        obj: *const PJ,
        type_: PJ_WKT_TYPE,
        options: *const *const c_char,
    ) -> *const c_char;
}

/// Does nothing. `proj` calls this whenever any transformation is dropped; PROJ's own version
/// then rewrites the default context without a lock while another thread may be copying it.
/// What it would free is a few kilobytes of caches that live as long as the process anyway.
pub unsafe fn proj_cleanup() {}

/// Always fails: the C function came with PROJ 9.4, newer than Debian 12's.
pub unsafe fn proj_coordinate_metadata_create(
    _ctx: *mut PJ_CONTEXT,
    _crs: *const PJ,
    _epoch: c_double,
) -> *mut PJ {
    core::ptr::null_mut()
}

/// Always "no epoch": the C function came with PROJ 9.2, newer than Debian 12's.
pub unsafe fn proj_coordinate_metadata_get_epoch(
    _ctx: *mut PJ_CONTEXT,
    _obj: *const PJ,
) -> c_double {
    c_double::NAN
}
