from portal_lib import servers

print(servers.start_own())
