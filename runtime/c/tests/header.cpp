// Is the header C++ too, and does it link by C's names?
#include "nex.h"
#include <cstdint>

static_assert(sizeof(nex_info) == 18 * sizeof(std::uint32_t), "no padding");
static_assert(sizeof(nex_picture_info) == 14 * sizeof(std::uint32_t), "no padding");
static_assert(sizeof(nex_area) == 4 * sizeof(std::uint32_t), "no padding");
static_assert(sizeof(nex_look) == 5, "no padding");
static_assert(sizeof(nex_shape_info) == 15 * sizeof(std::uint32_t), "no padding");

int main()
{
    nex_info info;
    struct nex_kind kind; // a function is called so, too
    const bool refused = nex_inspect(nullptr, 0, &info) == NEX_ERROR_NULL &&
                         nex_kind(nullptr, 0, &kind) == NEX_ERROR_NULL;
    return refused && nex_version() == NEX_VERSION ? 0 : 1;
}
