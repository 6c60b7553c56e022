"""Apple's PassKit web service, version 1: what phones ask and tell.

https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes
"""
