package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTests {

    private final OwnAddresses own =
            new OwnAddresses("https://gateway.example.com", "r2dbc:postgresql://10.0.0.9/penstock");
    private final Policy byDefault = policy(List.of(), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "93.184.216.34",
                "10.1.2.3",
                "172.17.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "2606:2800:220:1::1",
                "fd12::1",
                "::ffff:93.184.216.34",
                "64:ff9b::10.1.2.3"
            })
    void reachesPublicAndPrivateNetworks(String address) {
        assertThat(byDefault.allows("mcp.example.com", at(address), 443)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "::1",
                "169.254.169.254",
                "169.254.0.1",
                "fe80::1",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd20:ce::254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "ff02::1"
            })
    void doesNotReachTheMachineItsLinkMetadataOrNobody(String address) {
        assertThat(byDefault.allows("mcp.example.com", at(address), 443)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "2002:7f00:1::",
                "2001:0:102:304::80ff:fffe",
                "fd00::5efe:127.0.0.1",
                "fd00::200:5efe:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "64:ff9b:1::1",
                "::ffff:0.0.0.0"
            })
    void seesThroughIpv6AddressesThatStandForIpv4Ones(String address) {
        assertThat(byDefault.allows("mcp.example.com", at(address), 443)).isFalse();
    }

    @Test
    void onceSetTheListIsTheWholeList() {
        Policy listed = policy(List.of("10.0.0.0/8"), List.of("mcp.example.com", "*.example.org"));

        assertThat(listed.allows("any.example.net", at("10.1.2.3"), 443)).isTrue();
        assertThat(listed.allows("mcp.example.com", at("93.184.216.34"), 443)).isTrue();
        assertThat(listed.allows("a.example.org", at("93.184.216.34"), 443)).isTrue();
        assertThat(listed.allows("example.org", at("93.184.216.34"), 443)).isFalse();
        assertThat(listed.allows("evilexample.org", at("93.184.216.34"), 443)).isFalse();
        assertThat(listed.allows("any.example.net", at("93.184.216.34"), 443)).isFalse();
        assertThat(listed.allows("any.example.net", at("192.168.1.1"), 443)).isFalse();
    }

    @Test
    void onlyARangeWithinASpecialBlockOpensIt() {
        Policy everything = policy(List.of("0.0.0.0/0", "::/0"), List.of());
        Policy loopback = policy(List.of("127.0.0.0/8", "::1/128"), List.of());

        assertThat(everything.allows("a", at("127.0.0.1"), 443)).isFalse();
        assertThat(everything.allows("a", at("169.254.169.254"), 443)).isFalse();
        assertThat(everything.allows("a", at("100.100.100.200"), 443)).isFalse();
        assertThat(loopback.allows("a", at("127.0.0.1"), 443)).isTrue();
        assertThat(loopback.allows("a", at("::ffff:127.0.0.1"), 443)).isTrue();
        assertThat(loopback.allows("a", at("::1"), 443)).isTrue();
        assertThat(loopback.allows("a", at("169.254.169.254"), 443)).isFalse();
    }

    @Test
    void aListedNameDoesNotOpenWhatItResolvesToButLocalhostDoes() {
        Policy listed = policy(List.of(), List.of("mcp.example.com", "localhost"));

        assertThat(listed.allows("mcp.example.com", at("127.0.0.1"), 443)).isFalse();
        assertThat(listed.allows("mcp.example.com", at("169.254.169.254"), 443)).isFalse();
        assertThat(listed.allows("localhost", at("127.0.0.1"), 443)).isTrue();
        assertThat(listed.allows("localhost", at("169.254.169.254"), 443)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "172.17.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "198.18.0.1",
                "fd12::1",
                "::ffff:10.1.2.3",
                "64:ff9b::10.1.2.3",
                "127.0.0.1",
                "169.254.169.254"
            })
    void whatOthersPointToIsNotOnPrivateNetworks(String address) {
        assertThat(byDefault.pointed().allows("as.example.com", at(address), 443))
                .isFalse();
    }

    @Test
    void whatOthersPointToIsPublicOrOnTheOperatorsList() {
        assertThat(byDefault.pointed().allows("as.example.com", at("93.184.216.34"), 443))
                .isTrue();
        assertThat(policy(List.of("10.0.0.0/8"), List.of()).pointed().allows("as.example.com", at("10.1.2.3"), 443))
                .isTrue();
        assertThat(policy(List.of(), List.of("as.example.com")).pointed().allows("as.example.com", at("10.1.2.3"), 443))
                .isTrue();
    }

    @Test
    void aHostThatTheOperatorNamedMayBeOnLoopbackButNotAtMetadata() {
        Policy trusting = byDefault.trusting("idp.internal");

        assertThat(trusting.allows("idp.internal", at("127.0.0.1"), 443)).isTrue();
        assertThat(trusting.allows("idp.internal", at("169.254.169.254"), 443)).isFalse();
        assertThat(trusting.allows("other.internal", at("127.0.0.1"), 443)).isFalse();
    }

    @Test
    void theGatewayItselfIsNeverReached() {
        Policy loopback = policy(List.of("127.0.0.0/8", "10.0.0.0/8"), List.of("gateway.example.com"));
        own.listensOn(4444);

        assertThat(loopback.allows("localhost", at("127.0.0.1"), 4445)).isTrue();
        assertThat(loopback.allows("localhost", at("127.0.0.1"), 4444)).isFalse();
        assertThat(loopback.allows("localhost", at("127.9.9.9"), 4444)).isFalse();
        assertThat(loopback.trusting("localhost").allows("localhost", at("127.0.0.1"), 4444))
                .isFalse();
        assertThat(loopback.allows("gateway.example.com", at("93.184.216.34"), 443))
                .isFalse();
        assertThat(loopback.allows("gateway.example.com", at("93.184.216.34"), 8443))
                .isTrue();
        assertThat(loopback.allows("db.internal", at("10.0.0.9"), 5432)).isFalse();
        assertThat(loopback.allows("db.internal", at("10.0.0.9"), 8080)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0/8",
                "::1/129",
                "example.com",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/+8"
            })
    void aRangeThatIsNoneIsNamed(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    private Policy policy(List<String> ranges, List<String> hosts) {
        return new Policy(ranges.stream().map(AddressRange::parse).toList(), hosts, List.of(), own);
    }

    /** The address byte for byte: Java would make the mapped ones IPv4 by itself. */
    static InetAddress at(String literal) {
        try {
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
            return bytes == null || bytes.length == 4
                    ? InetAddress.getByName(literal)
                    : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
