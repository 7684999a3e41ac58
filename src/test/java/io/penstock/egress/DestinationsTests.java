package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.wire.Refusal;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTests {

    private final OwnAddresses own = new OwnAddresses("https://gateway.example.com", "");
    private final Destinations destinations = destinations(List.of(), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mcp.example.com/mcp", "http://mcp-server:8080/sse?a=b%20c", "HTTPS://MCP.Example.com",
                "http://10.0.0.7:9000/mcp", "http://[2001:db8::7]:9000/mcp", "https://xn--mnchen-3ya.example/mcp",
                "https://localhost.example.com/"
            })
    void takesPlainUrls(String url) {
        assertThat(destinations.check(url)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://127.1/",
                "http://127.0.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://017700000001/",
                "http://127.0.0.1./",
                "http://0x7f.1./",
                "http://127.000.000.001/",
                "http://1.2.3.4.5/",
                "http://256.1.1.1/",
                "http://1e100.0x/",
                "http://localhost/",
                "http://LOCALHOST:8080/",
                "http://localhost./",
                "http://a.localhost/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b::127.0.0.1]/",
                "http://[2002:7f00:1::]/",
                "http://[2001:0:102:304::80ff:fffe]/",
                "http://[::]/",
                "http://0.0.0.0/",
                "http://0/",
                "http://[fe80::1%25eth0]/",
                "http://[fe80::1%eth0]/",
                "http://[::1%25lo]/",
                "http://169.254.169.254/latest/meta-data",
                "http://2852039166/",
                "http://[::ffff:a9fe:a9fe]/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://[ff02::1]/"
            })
    void refusesEveryWayToWriteAForbiddenAddress(String url) {
        assertThatThrownBy(() -> destinations.check(url))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("url: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mcp.example.com",
                "//mcp.example.com/",
                "/mcp",
                "http:mcp.example.com",
                "http:/mcp.example.com",
                "http:///mcp",
                "http://",
                "https://:443/",
                "https://mcp.example.com:0/",
                "https://mcp.example.com:65536/",
                "https://mcp.example.com:99999999999/",
                "https://mcp.example.com:-1/",
                "https://mcp_server/",
                "https://mcp.example.com./",
                "https://mcp..example.com/",
                "https://-a.example.com/",
                "https://a-.example.com/",
                "gopher://mcp.example.com/",
                "file:///etc/passwd",
                "jar:http://mcp.example.com!/a",
                "ftp://mcp.example.com/",
                "javascript:alert(1)",
                "data:text/plain,a",
                "ws://mcp.example.com/",
                "unix:/var/run/docker.sock",
                "https://user@mcp.example.com/",
                "https://user:pass@mcp.example.com/",
                "https://mcp.example.com@127.0.0.1/",
                "https://127.0.0.1@mcp.example.com/",
                "https://@mcp.example.com/",
                "https://mcp.example.com\\@127.0.0.1/",
                "https://mcp.example.com#@127.0.0.1/",
                "https://mcp.example.com/#a",
                "https://mcp.example.com\t.evil/",
                "https://mcp.example.com\n/",
                "\thttps://mcp.example.com/",
                "https://mcp.example.com/ ",
                "https://mcp.example.com/a\r\nHost: b",
                "https://mcp.example.com/\0",
                "http://127。0。0。1/",
                "http://①②⑦.⓪.⓪.①/",
                "http://１２７.0.0.1/",
                "http://١٢٧.0.0.1/",
                "http://ⓛocalhost/",
                "https://mcp.example.com%00.evil/",
                "https://mcp.example.com%2f@evil/",
                "https://[mcp.example.com]/",
                "https://[v1.a]/",
                "http://[::1/",
                "http://::1/",
                "https://mcp.example.com/%zz"
            })
    void refusesWhatTwoReadersCouldReadDifferently(String url) {
        assertThatThrownBy(() -> destinations.check(url))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("url: ");
    }

    @Test
    void refusesAUrlThatIsTooLong() {
        String url = "https://mcp.example.com/" + "a".repeat(2048);

        assertThatThrownBy(() -> destinations.check(url)).hasMessageContaining("2048");
    }

    @Test
    void refusesTheGatewayItself() {
        own.listensOn(4444);
        Destinations open = destinations(List.of("127.0.0.0/8"), List.of("gateway.example.com"));

        assertThat(open.check("http://127.0.0.1:4446/mcp").getPort()).isEqualTo(4446);
        assertThatThrownBy(() -> open.check("http://127.0.0.1:4444/mcp")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> open.check("https://gateway.example.com/mcp")).isInstanceOf(Refusal.class);
    }

    @Test
    void takesLoopbackWhereTheOperatorNamesIt() {
        Destinations byRange = destinations(List.of("127.0.0.0/8"), List.of());
        Destinations byName = destinations(List.of(), List.of("localhost"));

        assertThat(byRange.check("http://127.0.0.1:3000/mcp").getPort()).isEqualTo(3000);
        assertThat(byRange.check("http://localhost:3000/mcp").getPort()).isEqualTo(3000);
        assertThat(byName.check("http://localhost:3000/mcp").getPort()).isEqualTo(3000);
        assertThatThrownBy(() -> byName.check("http://127.0.0.1:3000/mcp")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> byName.check("https://mcp.example.com/mcp"))
                .hasMessageContaining("UPSTREAM_ALLOWED_HOSTS");
    }

    private Destinations destinations(List<String> ranges, List<String> hosts) {
        return new Destinations(
                new Policy(ranges.stream().map(AddressRange::parse).toList(), hosts, List.of(), own));
    }
}
