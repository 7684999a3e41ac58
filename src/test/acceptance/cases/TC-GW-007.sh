# TC-GW-007: Gateway CRUD Permission Enforcement
# Verify gateways.* permissions are enforced.
#
# Expected results:
# - gateways.read: Can list and view gateways
# - gateways.create: Required to create gateways
# - gateways.update: Required to update gateways
# - gateways.delete: Required to delete gateways

# Step 1: Create token with only gateways.read
READ_ONLY_TOKEN=$(java -jar "$GATEWAY_JAR" token \
--username reader@example.com --exp 10080 --secret "$JWT_SECRET_KEY" \
--scopes gateways.read)
# Step 2: List gateways - should work
curl -s -w "\nStatus: %{http_code}\n" \
-H "Authorization: Bearer $READ_ONLY_TOKEN" \
http://localhost:4444/gateways
# Expected: 200 OK
# Step 3: Try to create gateway - should fail
curl -s -w "\nStatus: %{http_code}\n" \
-X POST -H "Authorization: Bearer $READ_ONLY_TOKEN" \
-H "Content-Type: application/json" \
-d '{"name":"test","url":"http://example.com"}' \
http://localhost:4444/gateways
# Expected: 403 Forbidden
