package io.penstock.ingress;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param address the socket's remote address, which no header changes
 * @param tls what was agreed with it; null where the connection is not encrypted
 */
public record Sender(InetSocketAddress address, @Nullable SSLSession tls) {}
