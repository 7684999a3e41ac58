package io.penstock.account.token;

import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.egress.AddressRange;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A token as calls need it: who shows it, and where and when it is taken. */
record HeldToken(Digest digest, ApiToken token, Caller caller, List<AddressRange> ranges) {

    HeldToken {
        ranges = List.copyOf(ranges);
    }

    static HeldToken of(String hash, ApiToken token) {
        var caller = new Caller(
                token.owner(),
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                token.terms().permissions(),
                false,
                Grants.ofGroups(token.groups()),
                token.terms().bound(),
                hash,
                token.terms().expiresAt());
        var ranges = token.terms().cidrs().stream().map(AddressRange::parse).toList();
        return new HeldToken(Digest.ofHex(hash), token, caller, ranges);
    }

    /**
     * What speaks against the token; null for nothing. From where it is not taken nothing else is told, and never what would be right for
     * somebody who found it: its owner reads that.
     */
    @Nullable
    String objection(InetAddress from, Instant now) {
        var terms = token.terms();
        if (!ranges.isEmpty() && ranges.stream().noneMatch(range -> range.contains(from))) {
            return "This token is not taken from the address " + from.getHostAddress()
                    + ": its owner, who reads its ip_cidrs, can add it";
        }
        if (!terms.enabled()) {
            return "This token is switched off: its owner can change that";
        }
        if (!now.isBefore(terms.expiresAt())) {
            return "This token has expired: make a new one";
        }
        if (!terms.hours().isEmpty() && terms.hours().stream().noneMatch(hours -> hours.contains(now))) {
            return "This token is not taken at this time: call within its hours, which its owner reads";
        }
        return null;
    }
}
