//! GeoTIFF and ASCII grid: what is declared, what is not, and the cells asked for.

use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use gdal::{DriverManager, Metadata};
use geo::{Area, BoundingRect, Contains, Point};
use phusong_gis::{CellPick, CellQuestion, CoveredArea, Driver, Limits, ReadError};

use super::make::zip;
use super::{Test, notes, read, read_within, why};

pub const TESTS: &[Test] = &[
    ("a_grid_declares_what_it_declares", a_grid_declares_what_it_declares),
    ("a_geotiff_declares_what_it_declares", a_geotiff_declares_what_it_declares),
    ("cells_are_picked_by_level_and_by_class", cells_are_picked_by_level_and_by_class),
    ("each_grid_of_a_zip_is_asked_for_itself", each_grid_of_a_zip_is_asked_for_itself),
    ("a_turned_raster_lies_where_it_says", a_turned_raster_lies_where_it_says),
    ("a_header_of_four_hundred_million_cells_is_refused", header_bomb_is_refused),
    ("nan_and_nothing_are_no_area", nan_and_nothing_are_no_area),
    ("a_grid_may_begin_with_a_cell_without_data", a_grid_may_begin_without_data),
    ("what_a_file_says_beside_its_cells_is_told", what_a_file_says_beside_is_told),
    ("rasters_come_in_a_zip_with_their_side_files", rasters_come_in_a_zip_with_side_files),
    ("rasters_that_are_too_large_or_broken_are_named", too_large_or_broken_are_named),
    ("what_calls_itself_a_tif_is_read_by_content", what_calls_itself_a_tif),
];

pub const GRID: &str = "ncols 4\nnrows 3\nxllcorner 500000\nyllcorner 1600000\ncellsize 50\n\
    -95 -100 -9999 -80\n-70.5 -9999 -9999 -60\n-110 -120 -95 -95\n";

/// A 4 × 3 GeoTIFF of the grid's numbers.
pub fn geotiff(crs: Option<u32>, nodata: Option<f64>) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.tif");
    {
        let driver = DriverManager::get_driver_by_name("GTiff").expect("the driver");
        let options = RasterCreationOptions::from_iter(["COMPRESS=DEFLATE"]);
        let mut made = driver
            .create_with_band_type_with_options::<f32, _>(&path, 4, 3, 1, &options)
            .expect("a raster");
        made.set_geo_transform(&[500_000.0, 50.0, 0.0, 1_600_150.0, 0.0, -50.0]).expect("placed");
        if let Some(code) = crs {
            let crs = SpatialRef::from_epsg(code).expect("a system");
            made.set_spatial_ref(&crs).expect("declared");
        }
        let mut band = made.rasterband(1).expect("a band");
        band.set_no_data_value(nodata).expect("declared");
        let numbers = [
            -95.0, -100.0, -9_999.0, -80.0, -70.5, -9_999.0, -9_999.0, -60.0, -110.0, -120.0,
            -95.0, -95.0,
        ];
        let mut buffer = Buffer::new((4, 3), numbers.to_vec());
        band.write((0, 0), (4, 3), &mut buffer).expect("written");
    }
    std::fs::read(&path).expect("written")
}

fn a_grid_declares_what_it_declares() {
    let file = read(GRID.as_bytes()).expect("read");
    assert_eq!((file.driver, file.layers.len()), (Driver::AsciiGrid, 0));
    let [raster] = &file.rasters[..] else { panic!("one band") };
    assert_eq!((raster.columns, raster.rows), (4, 3));
    assert_eq!(raster.geotransform, Some([500_000.0, 50.0, 0.0, 1_600_150.0, 0.0, -50.0]));
    assert_eq!((&raster.declared_crs, &raster.unit, raster.nodata), (&None, &None, None));
    // −9999 is not declared: it counts, and shows.
    let range = raster.statistics.range.expect("cells");
    assert_eq!((range.min, range.min_cells, range.max), (-9_999.0, 3, -60.0));
    assert_eq!((raster.statistics.valid, raster.statistics.nodata), (12, 0));

    let declared = GRID.replacen("cellsize 50\n", "cellsize 50\nNODATA_value -9999\n", 1);
    let file = read(declared.as_bytes()).expect("read");
    let raster = &file.rasters[0];
    assert_eq!(raster.nodata, Some(-9_999.0));
    assert_eq!((raster.statistics.valid, raster.statistics.nodata), (9, 3));
    let range = raster.statistics.range.expect("cells");
    assert_eq!((range.min, range.max, range.max_cells), (-120.0, -60.0, 1));
    assert!((range.mean - -91.722_222).abs() < 1e-5, "{}", range.mean);
    assert!((range.std_dev - 17.728_06).abs() < 1e-3, "{}", range.std_dev);
    let classes = raster.statistics.classes.as_ref().expect("few values");
    assert_eq!((classes[0], classes.len()), ((-120.0, 1), 7));
    assert_eq!(classes[3], (-95.0, 3));
}

fn a_geotiff_declares_what_it_declares() {
    let bare = read(&geotiff(None, None)).expect("read");
    assert_eq!(bare.driver, Driver::GeoTiff);
    let raster = &bare.rasters[0];
    assert_eq!((&raster.declared_crs, &raster.unit, raster.nodata), (&None, &None, None));
    assert_eq!((raster.band, raster.bands, raster.cell_type.as_str()), (1, 1, "Float32"));
    let told = read(&geotiff(Some(5898), Some(-9_999.0))).expect("read");
    let raster = &told.rasters[0];
    assert_eq!(raster.declared_crs.as_ref().and_then(|crs| crs.epsg), Some(5898));
    assert_eq!((raster.nodata, raster.statistics.nodata), (Some(-9_999.0), 3));
    assert!(told.fits_name("phủ sóng.TIF") && !told.fits_name("phủ sóng.asc"));
}

fn cells_are_picked_by_level_and_by_class() {
    let tif = geotiff(Some(5898), Some(-9_999.0));
    let picked = area_of(&tif, CellPick::at_least(-95.0), None).expect("drawn");
    assert_eq!((picked.cells, picked.simplified_within_cells), (6, None));
    // Which cells: the centre of each is inside, and of no other.
    let held = |drawn: &CoveredArea| {
        let centre = |at: u32| {
            let (column, row) = (f64::from(at % 4), f64::from(at / 4));
            Point::new(500_025.0 + 50.0 * column, 1_600_125.0 - 50.0 * row)
        };
        (0..12).filter(|at| drawn.area.contains(&centre(*at))).collect::<Vec<u32>>()
    };
    assert_eq!(held(&picked), [0, 3, 4, 7, 10, 11]);
    assert!((picked.area.unsigned_area() - 6.0 * 2_500.0).abs() < 1e-6);
    assert_eq!(picked.area.0.len(), 2, "{:?}", picked.area);
    let weak = area_of(&tif, CellPick::Between { min: -120.0, max: -100.0 }, None).expect("drawn");
    assert_eq!(held(&weak), [1, 8, 9]);
    let class = area_of(GRID.as_bytes(), CellPick::Values(vec![-95.0]), None).expect("drawn");
    assert_eq!((class.cells, held(&class)), (3, vec![0, 10, 11]));
    // What the sender says of "no data" holds where the file says nothing.
    let all = CellPick::Between { min: f64::NEG_INFINITY, max: f64::INFINITY };
    assert_eq!(area_of(GRID.as_bytes(), all.clone(), None).expect("drawn").cells, 12);
    let told = area_of(GRID.as_bytes(), all, Some(-9_999.0)).expect("drawn");
    assert_eq!((told.cells, told.raster.statistics.nodata), (9, 3));
    assert!((told.area.unsigned_area() - 9.0 * 2_500.0).abs() < 1e-6);
    let points = super::kml::GPX.as_bytes();
    assert_eq!(area_of(points, CellPick::at_least(0.0), None), Err(ReadError::NoFeatures));
}

fn each_grid_of_a_zip_is_asked_for_itself() {
    let strong = GRID.replace("-120", "-20");
    let both = zip(&[("a.asc", GRID), ("b.asc", &strong)]);
    assert_eq!(read(&both).expect("read").rasters.len(), 2);
    let cells = |raster| area_at(&both, raster, CellPick::at_least(-95.0), None).map(|of| of.cells);
    assert_eq!((cells(0), cells(1)), (Ok(6), Ok(7)));
    assert_eq!(cells(2), Err(ReadError::NoFeatures));
}

fn area_of(bytes: &[u8], pick: CellPick, nodata: Option<f64>) -> Result<CoveredArea, ReadError> {
    area_at(bytes, 0, pick, nodata)
}

fn area_at(
    bytes: &[u8],
    raster: usize,
    pick: CellPick,
    nodata: Option<f64>,
) -> Result<CoveredArea, ReadError> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("body"), bytes).expect("a file");
    let question = CellQuestion { raster, pick, nodata };
    super::super::reader().read_area(folder.path(), "body", &Limits::default(), &question)
}

/// A GeoTIFF of these numbers, two columns wide, and what else is declared.
fn two_columns(numbers: &[f32], geotransform: [f64; 6], items: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.tif");
    {
        let driver = DriverManager::get_driver_by_name("GTiff").expect("the driver");
        let rows = numbers.len() / 2;
        let mut made = driver.create_with_band_type::<f32, _>(&path, 2, rows, 1).expect("a raster");
        made.set_geo_transform(&geotransform).expect("placed");
        for (key, value) in items {
            made.set_metadata_item(key, value, "").expect("said");
        }
        let mut band = made.rasterband(1).expect("a band");
        let mut buffer = Buffer::new((2, rows), numbers.to_vec());
        band.write((0, 0), (2, rows), &mut buffer).expect("written");
    }
    std::fs::read(&path).expect("written")
}

fn a_turned_raster_lies_where_it_says() {
    // 30 m cells turned by a quarter: columns go north, rows go east.
    let turned = [500_000.0, 0.0, 30.0, 1_600_000.0, 30.0, 0.0];
    let tif = two_columns(&[-70.0, -130.0, -130.0, -130.0], turned, &[]);
    let drawn = area_of(&tif, CellPick::at_least(-100.0), None).expect("drawn");
    let corners = drawn.area.bounding_rect().expect("an area");
    assert_eq!(corners.min().x_y(), (500_000.0, 1_600_000.0));
    assert_eq!(corners.max().x_y(), (500_030.0, 1_600_030.0));
}

fn header_bomb_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bomb.tif");
    {
        let driver = DriverManager::get_driver_by_name("GTiff").expect("the driver");
        let options = RasterCreationOptions::from_iter(["COMPRESS=DEFLATE", "SPARSE_OK=TRUE"]);
        let made =
            driver.create_with_band_type_with_options::<u8, _>(&path, 20_000, 20_000, 1, &options);
        made.expect("a raster");
    }
    let bytes = std::fs::read(&path).expect("written");
    assert!(bytes.len() < 2_000_000, "{}", bytes.len());
    assert!(why(read(&bytes)).starts_with("too-large"));
    assert!(area_of(&bytes, CellPick::at_least(0.0), None).is_err());
}

fn nan_and_nothing_are_no_area() {
    let north = [108.7, 0.01, 0.0, 14.8, 0.0, -0.01];
    let tif = two_columns(&[f32::NAN, -80.0, f32::NAN, f32::INFINITY], north, &[]);
    let all = CellPick::at_least(f64::NEG_INFINITY);
    let drawn = area_of(&tif, all.clone(), None).expect("drawn");
    let statistics = &drawn.raster.statistics;
    assert_eq!((drawn.cells, statistics.valid, statistics.not_finite), (1, 1, 3));
    // NaN said to be "no data" is counted as such.
    let said = area_of(&tif, all.clone(), Some(f64::NAN)).expect("drawn");
    assert_eq!((said.raster.statistics.nodata, said.raster.statistics.not_finite), (2, 1));
    let empty = two_columns(&[-9_999.0, -9_999.0], north, &[]);
    let empty = area_of(&empty, all, Some(-9_999.0)).expect("drawn");
    assert_eq!((empty.cells, empty.raster.statistics.valid), (0, 0));
    assert!(empty.area.0.is_empty());
}

fn what_a_file_says_beside_is_told() {
    let north = [108.7, 0.01, 0.0, 14.8, 0.0, -0.01];
    let tif =
        two_columns(&[-80.0, -90.0], north, &[("cong_nghe", "4G"), ("tu_ngay", "2026-10-01")]);
    let declared = &read(&tif).expect("read").rasters[0].declared;
    let value = |key: &str| declared.iter().find(|(own, _)| own == key).map(|(_, value)| &**value);
    assert_eq!((value("cong_nghe"), value("tu_ngay")), (Some("4G"), Some("2026-10-01")));
}

/// The corner of a coverage raster lies outside it, as a rule: `nan` stands first.
fn a_grid_may_begin_without_data() {
    let grid = GRID.replacen("-95", "NODATA_value nan\nnan", 1).replace("-9999", "nan");
    for bytes in [grid.clone().into_bytes(), zip(&[("phu.asc", &grid)])] {
        let file = read(&bytes).expect("read");
        let [raster] = &file.rasters[..] else { panic!("one band") };
        assert_eq!((raster.columns, raster.rows), (4, 3));
        assert!(raster.nodata.is_some_and(f64::is_nan), "{:?}", raster.nodata);
        assert_eq!(notes(&file), [""; 0]);
    }
    let commas = GRID.replacen("-70.5", "-70,5", 1).replacen("cellsize 50", "cellsize 50,0", 1);
    let file = read(commas.as_bytes()).expect("read");
    assert_eq!(notes(&file), ["grid-commas"], "a repair is named");
    assert_eq!(file.rasters[0].geotransform.map(|place| place[1]), Some(50.0));
}

fn rasters_come_in_a_zip_with_side_files() {
    let prj = SpatialRef::from_epsg(5898).and_then(|crs| crs.to_wkt()).expect("words");
    let file = read(&zip(&[("phu.asc", GRID), ("phu.prj", &prj)])).expect("read");
    assert_eq!(file.rasters[0].declared_crs.as_ref().and_then(|crs| crs.epsg), Some(5898));
    assert_eq!(notes(&file), [""; 0]);
    let world = "25\n0\n0\n-25\n400012.5\n1500087.5\n";
    let members =
        [("phu.tif", geotiff(None, None)), ("phu.tfw", world.into()), ("phu.prj", prj.into())];
    let file = read(&zip(&members)).expect("read");
    let raster = &file.rasters[0];
    assert_eq!(raster.geotransform, Some([400_000.0, 25.0, 0.0, 1_500_100.0, 0.0, -25.0]));
    assert_eq!(raster.declared_crs.as_ref().and_then(|crs| crs.epsg), Some(5898));
}

fn too_large_or_broken_are_named() {
    let limits = Limits { cells: 11, ..Limits::default() };
    assert!(why(read_within(GRID.as_bytes(), &limits)).starts_with("too-large"));
    let huge = GRID.replacen("ncols 4", "ncols 2000000000", 1);
    let answer = why(read(huge.as_bytes()));
    assert!(answer.starts_with("too-large") || answer.starts_with("broken-file"), "{answer}");
    let short = GRID.replacen("-110 -120 -95 -95\n", "", 1);
    assert!(why(read(short.as_bytes())).starts_with("broken-file"));
    let words = GRID.replacen("-70.5", "tốt", 1);
    assert!(why(read(words.as_bytes())).contains("\"tốt\" is not a number"));
    assert!(why(read(&zip(&[("a.asc", &words)]))).contains("\"tốt\" is not a number"));
    let tif = geotiff(None, None);
    assert!(why(read(&tif[..tif.len() / 2])).starts_with("broken-file"));
    assert!(why(read(&tif[..8])).starts_with("broken-file"));
}

/// A VRT, a tile index or any other driver by the name of a raster: refused as another kind.
fn what_calls_itself_a_tif() {
    for text in [
        "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand><SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        "<GDALTileIndexDataset><IndexDataset>/etc/passwd</IndexDataset></GDALTileIndexDataset>",
        "<GDAL_WMS><Service name=\"TMS\"><ServerUrl>http://127.0.0.1/</ServerUrl></Service></GDAL_WMS>",
        "P5\n4 3\n255\n000000000000",
        "DSAA\n4 3\n0 1\n0 1\n0 1\n",
    ] {
        let answer = read(text.as_bytes());
        let Err(ReadError::NotAllowed { what }) = &answer else { panic!("{}", why(answer)) };
        assert!(what.is_other_kind());
        let zipped = why(read(&zip(&[("phu.tif", text)])));
        assert!(zipped.starts_with("not-allowed"), "{zipped}");
        // Beside an honest member too, if it could lead elsewhere.
        let beside = why(read(&zip(&[("phu.asc", GRID), ("phu.tif", text)])));
        assert_eq!(beside == "read", !text.starts_with('<'), "{beside}");
    }
}
