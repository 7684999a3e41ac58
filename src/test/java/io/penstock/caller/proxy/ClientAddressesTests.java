package io.penstock.caller.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.egress.AddressRange;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressesTests {

    private static final TrustedPeers TRUSTED =
            new TrustedPeers(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fd00::/8")));

    private static String address(String header, String peer, String value) {
        var headers = new DefaultHttpHeaders();
        for (String line : value.split("\\|", -1)) {
            headers.add(header, line.strip());
        }
        var request = new Request("GET", "/", headers, new InetSocketAddress(peer, 1), "c");
        return new ClientAddresses(TRUSTED, header).of(request).getHostAddress();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "192.0.2.9; 203.0.113.5; 192.0.2.9", // who is not trusted is the client, whatever it says
                "10.0.0.1; 203.0.113.5; 203.0.113.5",
                "10.0.0.1; 198.51.100.1, 203.0.113.5; 203.0.113.5", // what the client wrote itself stands further left
                "10.0.0.1; 127.0.0.1, 203.0.113.5, 10.0.0.2; 203.0.113.5",
                "10.0.0.1; 127.0.0.1 | 203.0.113.5 | 10.0.0.2; 203.0.113.5",
                "10.0.0.1; 10.9.9.9, 10.0.0.2; 10.9.9.9",
                "10.0.0.1; 203.0.113.5:4711; 203.0.113.5",
                "10.0.0.1; [2001:db8::7]:4711; 2001:db8:0:0:0:0:0:7",
                "10.0.0.1; 2001:db8::7; 2001:db8:0:0:0:0:0:7",
                "10.0.0.1; ::ffff:203.0.113.5; 203.0.113.5",
                "fd00::1; 203.0.113.5; 203.0.113.5",
                "10.0.0.1; unknown; 10.0.0.1",
                "10.0.0.1; 203.0.113.5, localhost; 10.0.0.1",
                "10.0.0.1; 203.0.113.5, evil, 10.0.0.2; 10.0.0.2",
                "10.0.0.1; 203.0.113.5,; 10.0.0.1",
                "10.0.0.1; ''; 10.0.0.1"
            })
    void isReadFromTheRightForAsLongAsWhoSaysItIsTrusted(String peer, String value, String client) {
        assertThat(address("X-Forwarded-For", peer, value)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "for=203.0.113.5~203.0.113.5",
                "For=\"203.0.113.5:80\";proto=https;by=10.0.0.1~203.0.113.5",
                "for=198.51.100.1, proto=http;for=\"[2001:db8::7]:4711\"~2001:db8:0:0:0:0:0:7",
                "for=127.0.0.1, for=203.0.113.5, for=10.0.0.2~203.0.113.5",
                "for=127.0.0.1 | for=203.0.113.5~203.0.113.5",
                "for=\"198.51.100.1, for=203.0.113.5\"~10.0.0.1", // one quoted text is one node, and no address
                "for=203.0.113.5, proto=https~10.0.0.1",
                "for=203.0.113.5, for=_hidden~10.0.0.1",
                "for=203.0.113.5, for=unknown~10.0.0.1"
            })
    void theStandardHeaderIsReadWithItsQuotes(String value, String client) {
        assertThat(address("Forwarded", "10.0.0.1", value)).isEqualTo(client);
    }
}
