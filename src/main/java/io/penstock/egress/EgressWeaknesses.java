package io.penstock.egress;

import io.penstock.vault.Weakness;
import io.penstock.vault.Weaknesses;
import java.util.ArrayList;
import java.util.List;

/** What of the operator's list of destinations opens more than MCP servers are likely to need. */
record EgressWeaknesses(List<AddressRange> ranges) implements Weaknesses {

    private static final String SETTING = "UPSTREAM_ALLOWED_CIDRS";

    /** Below these the range is wider than the widest network that is anybody's own. */
    private static final int WIDE_V4 = 8;

    private static final int WIDE_V6 = 8;
    private static final int V4_BYTES = 4;

    EgressWeaknesses {
        ranges = List.copyOf(ranges);
    }

    @Override
    public List<Weakness> find() {
        List<Weakness> found = new ArrayList<>();
        if (ranges.stream().anyMatch(EgressWeaknesses::isWide)) {
            found.add(new Weakness(
                    SETTING,
                    "What upstreams and issuers point to may be anywhere in these ranges, in private networks too."
                            + " Right would be the networks that the MCP servers are in, or nothing."));
        }
        if (ranges.stream().anyMatch(Addresses::opensMetadata)) {
            found.add(new Weakness(
                    SETTING,
                    "It opens link-local addresses, where clouds hand credentials of this machine to whoever asks."
                            + " Right would be a list without them."));
        }
        return found;
    }

    private static boolean isWide(AddressRange range) {
        return range.prefix() < (range.network().length == V4_BYTES ? WIDE_V4 : WIDE_V6);
    }
}
