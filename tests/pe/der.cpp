// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/der.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace bartizan;

constexpr uint8_t two[] = {0x02, 0x01, 0x05, 0x30, 0x82, 0x00, 0x03, 0x04, 0x01, 0xaa};
constexpr bool two_elements() {
    pe::der_cursor all{bytes{two}};
    pe::der_element first, second, none;
    const bool read = all.next(first) && all.next(second) && !all.next(none);
    pe::der_cursor inner(second);
    return read && !all.broken && first.is(pe::der_integer) && first.content.size == 1 && first.content[0] == 5 &&
           first.whole.size == 3 && second.is(pe::der_sequence) && second.whole.size == 7 &&
           inner.take(pe::der_octet_string).content[0] == 0xaa && inner.rest().empty();
}
static_assert(two_elements());

bool breaks(const std::vector<uint8_t>& der) {
    pe::der_cursor all{bytes{der.data(), der.size()}};
    pe::der_element e;
    return !all.next(e) && all.broken && e.tag == 0 && e.whole.empty() && all.rest().empty();
}

TEST(pe_der, what_is_no_element) {
    EXPECT_TRUE(breaks({0x30}));                                            // no length
    EXPECT_TRUE(breaks({0x30, 0x01}));                                      // no content
    EXPECT_TRUE(breaks({0x30, 0x80, 0x00, 0x00}));                          // indefinite length
    EXPECT_TRUE(breaks({0x30, 0x81}));                                      // a length that is cut
    EXPECT_TRUE(breaks({0x30, 0x82, 0x00}));
    EXPECT_TRUE(breaks({0x30, 0x85, 0x00, 0x00, 0x00, 0x00, 0x01, 0xaa}));  // more than four bytes of length
    EXPECT_TRUE(breaks({0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0xaa}));
    EXPECT_TRUE(breaks({0x3f, 0x01, 0x00}));                                // a tag of several bytes
    EXPECT_TRUE(breaks({0x00, 0x00}));                                      // end of contents, as padding is
    EXPECT_FALSE(breaks({0x05, 0x00}));
    pe::der_cursor empty;
    pe::der_element e;
    EXPECT_FALSE(empty.next(e));
    EXPECT_FALSE(empty.broken);
}

TEST(pe_der, take_leaves_what_has_another_tag) {
    pe::der_cursor all{bytes{two}};
    EXPECT_EQ(all.take(pe::der_sequence).tag, 0);
    EXPECT_EQ(all.rest().size, sizeof two);
    EXPECT_TRUE(all.take(pe::der_integer).is(pe::der_integer));
    EXPECT_TRUE(all.take(pe::der_sequence).is(pe::der_sequence));
    EXPECT_EQ(all.take(pe::der_sequence).tag, 0);
}

}  // namespace
