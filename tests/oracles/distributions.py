from mpmath import mp, mpf, erfc, sqrt, gammainc, log, exp, loggamma, log1p, pi
import mpmath
from scipy import stats, special
mp.dps=40
def front(x,y,a,b): return exp(a*log(x)+b*log(y)-loggamma(a)-loggamma(b)+loggamma(a+b))
def lower(x,y,a,b):
    s=t=mpf(1);k=0
    while True:
        t*=(a+b+k)/(a+1+k)*x;s+=t;k+=1
        if t<s*mpf(10)**-32 and (a+b+k)*x<(a+1+k): break
    return front(x,y,a,b)*s/a
def I(x,a,b):
    x,a,b=mpf(x),mpf(a),mpf(b)
    return lower(x,1-x,a,b) if x<=(a+1)/(a+b+2) else 1-lower(1-x,x,b,a)
def tcdf(t,df):
    t=mpf(t);df=mpf(df);v=I(df/(df+t*t),df/2,mpf(1)/2)/2
    return v if t<=0 else 1-v
out=[]
def add(n,args,v):
    if abs(v)>mpf(10)**-290: out.append(n+","+",".join(repr(float(a)) for a in args)+","*(3-len(args)+1)+mp.nstr(v,20))
for z in [-37.5,-20,-8.25,-3,-1.959963984540054,-0.5,-1e-9,0.25,1.0,2.5,6.0]: add("normal_cdf",[z],erfc(-mpf(z)/sqrt(mpf(2)))/2)
for p in [1e-290,1e-100,1e-20,1e-9,0.001,0.025,0.07,0.0751,0.3,0.5000001,0.9,0.975,0.9999999]:
    z=mpf(float(stats.norm.ppf(p)))
    for _ in range(4): z-=(erfc(-z/sqrt(mpf(2)))/2-mpf(p))/(exp(-z*z/2)/sqrt(2*pi))
    add("normal_quantile",[p],z)
for df in [0.5,1,2,3.7,6,11,25.25,114,2504]:
    for t in [-1e6,-40,-12.5,-2.0,-0.3,-1e-8,0.7,1.98,5.5]: add("student_t_cdf",[t,df],tcdf(t,df))
    for p in [1e-12,0.0005,0.025,0.1,0.31,0.4999,0.500001,0.6,0.95,0.975,0.995,0.99999]:
        t=mpf(float(stats.t.ppf(p,df)));d=mpf(df)
        for _ in range(4):
            x=d/(d+t*t); f=front(x,t*t/(d+t*t),d/2,mpf(1)/2)/abs(t)
            t-=(tcdf(t,df)-mpf(p))/f
        add("student_t_quantile",[p,df],t)
for a,b in [(0.5,0.5),(0.01,3),(1,1),(2.5,7.25),(0.3,40),(88,1),(57.0,0.5),(120.3,251.7),(1500,0.25),(1234.6,2345.7),(3.2,1e4)]:
    for x in [1e-10,0.001,0.05,0.3,0.5,0.7,0.95,0.999]:
        v=I(x,a,b)
        if v<1-mpf(10)**-25: add("beta_cdf",[x,a,b],v)
    for p in [1e-8,0.005,0.025,0.3,0.5,0.9,0.975,0.9999]:
        x=mpf(float(special.betaincinv(a,b,p)))
        if x<1e-250: continue
        ok=0<x<1
        for _ in range(5):
            if not 0<x<1: ok=False;break
            x-=(I(x,a,b)-mpf(p))/(front(x,1-x,mpf(a),mpf(b))/(x*(1-x)))
        if ok and 0<x<1 and abs(I(x,a,b)/mpf(p)-1)<mpf(10)**-22: add("beta_quantile",[p,a,b],x)
for df in [0.7,1,2,5,24.5,144,5000]:
    for x in [1e-6,0.3,1,3.841458820694124,12,144.0,700,5200.0]: add("chi_square_upper",[x,df],gammainc(mpf(df)/2,mpf(x)/2,regularized=True))
for d1,d2 in [(1,114),(1,6),(2.5,33.3),(12,114),(1,2504),(100,3)]:
    for x in [1e-6,0.3,0.8622896610017046,1,4,30,2000.0]: add("f_upper",[x,d1,d2],I(mpf(d2)/(mpf(d2)+mpf(d1)*mpf(x)),mpf(d2)/2,mpf(d1)/2))
open("/work/wt/pure/estimate/src/distributions.csv","w").write("function,x,a,b,value\n"+"\n".join(out)+"\n")
import collections; print(collections.Counter(o.split(",")[0] for o in out))
