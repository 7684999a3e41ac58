package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.wire.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whatever is accepted names no forbidden address, in the most lenient reading of a host (that of {@code inet_aton}). */
class UrlGuardFuzzTests {

    private final Destinations destinations =
            new Destinations(new Policy(List.of(), List.of(), List.of(), new OwnAddresses("", "")));

    @FuzzTest(maxDuration = "1m")
    void whatIsAcceptedNamesNoForbiddenAddress(byte[] input) throws UnknownHostException {
        String url = new String(input, StandardCharsets.UTF_8);
        URI uri;
        try {
            uri = destinations.check(url);
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isInstanceOf(Refusal.Reason.Invalid.class);
            return;
        }

        assertThat(uri.toString()).isEqualTo(url);
        assertThat(uri.getScheme().toLowerCase(java.util.Locale.ROOT)).isIn("http", "https");
        assertThat(url).doesNotContain("@", "\\", "#", "\t", "\n", " ").isPrintable();
        String host = Destinations.bare(uri.getHost());
        assertThat(host).doesNotEndWith(".").isNotEqualTo("localhost");
        InetAddress literal = lenient(host);
        if (literal != null) {
            InetAddress normal = Addresses.normal(literal);
            assertThat(normal.isLoopbackAddress()).as(host).isFalse();
            assertThat(normal.isLinkLocalAddress()).as(host).isFalse();
            assertThat(normal.isAnyLocalAddress()).as(host).isFalse();
            assertThat(normal.isMulticastAddress()).as(host).isFalse();
        }
    }

    /** The address that the host is, read as inet_aton reads it: one to four parts, decimal, octal or hexadecimal; null for a name. */
    private static @Nullable InetAddress lenient(String host) throws UnknownHostException {
        if (host.contains(":")) {
            return InetAddress.getByName(host);
        }
        String[] parts = host.split("\\.", -1);
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts.length > 4 || !parts[i].matches("0[xX][0-9a-fA-F]{0,8}|[0-9]{1,11}")) {
                return null;
            }
            boolean last = i == parts.length - 1;
            long part = number(parts[i]);
            value = last ? (value << (8 * (5 - parts.length))) | part : (value << 8) | (part & 0xFF);
        }
        return InetAddress.getByAddress(
                new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
    }

    private static long number(String part) {
        if (part.startsWith("0x") || part.startsWith("0X")) {
            return part.length() == 2 ? 0 : Long.parseLong(part.substring(2), 16);
        }
        boolean octal = part.length() > 1 && part.startsWith("0") && part.matches("[0-7]+");
        return Long.parseLong(part, octal ? 8 : 10);
    }
}
