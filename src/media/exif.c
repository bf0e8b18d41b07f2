#include "media/exif.h"

#include "media/bytes.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_BYTE = 1, TYPE_SHORT = 3, TYPE_LONG = 4 };
enum { ENTRY_BYTES = 12, TIFF_HEAD_BYTES = 8 };

unsigned exif_orientation(struct slice exif)
{
    const uint8_t *p = exif.p;
    size_t n = exif.len;
    if (n >= 6 && memcmp(p, "Exif\0\0", 6) == 0) {
        p += 6;
        n -= 6;
    }
    if (n < TIFF_HEAD_BYTES || (memcmp(p, "II*\0", 4) != 0 && memcmp(p, "MM\0*", 4) != 0))
        return 0;
    bool big = p[0] == 'M';
    uint32_t at = big ? be32(p + 4) : le32(p + 4);
    if (at > n - 2)
        return 0;
    uint32_t n_entries = big ? be16(p + at) : le16(p + at);
    for (size_t i = at + (size_t)2; n_entries > 0 && i + ENTRY_BYTES <= n; i += ENTRY_BYTES) {
        const uint8_t *entry = p + i, *value = entry + 8;
        if ((big ? be16(entry) : le16(entry)) == TAG_ORIENTATION) {
            uint32_t type = big ? be16(entry + 2) : le16(entry + 2), v = 0;
            if (type == TYPE_BYTE)
                v = value[0];
            else if (type == TYPE_SHORT)
                v = big ? be16(value) : le16(value);
            else if (type == TYPE_LONG)
                v = big ? be32(value) : le32(value);
            return v >= 1 && v <= 8 ? v : 0;
        }
        n_entries--;
    }
    return 0;
}
