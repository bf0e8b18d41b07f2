/* exif: the orientation of a photo, the one field that changes pixels. */
#ifndef TAKT_MEDIA_EXIF_H
#define TAKT_MEDIA_EXIF_H

#include "base/slice.h"

/* exif_orientation reads the orientation, 1 to 8, of an EXIF block, which begins with its TIFF
 * header ("II" or "MM"); with "Exif\0\0" before it, too. 0: there is none, or none that can be
 * read. */
unsigned exif_orientation(struct slice exif);

#endif
