// Is the header C++ too, and does it link by C's names?
#include "nex.h"
#include <cstdint>

static_assert(sizeof(nex_info) == 12 * sizeof(std::uint32_t), "no padding");

int main()
{
    nex_info info;
    return nex_inspect(nullptr, 0, &info) == NEX_ERROR_NULL ? 0 : 1;
}
