package io.penstock.ingress;

import java.net.InetSocketAddress;

/**
 * Who is at the other end of a connection.
 *
 * @param address the socket's remote address, which no header changes
 */
public record Sender(InetSocketAddress address) {}
